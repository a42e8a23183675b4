import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';
import { Random } from '../random';
import { FaultyConnection } from './connection';
import type { NetworkFault, NetworkFaultKind } from './fault';

export interface FaultProxyOptions {
  /** The real server: any URL with a host and a port. */
  readonly target: string;
  /** The same seed draws the same faults and the same bytes for the same connections. */
  readonly seed?: number;
}

/** A TCP proxy on loopback through which things go wrong when a test says so. Without a fault it passes every byte on. */
export class FaultProxy {
  /** On how many connections each kind of fault has struck. */
  readonly struck = new Map<NetworkFaultKind, number>();
  private readonly connections = new Set<FaultyConnection>();
  private readonly random: Random;
  private readonly target: URL;
  private readonly server: Server;
  private port = 0;
  private draw: () => NetworkFault | undefined = () => undefined;

  private constructor({ target, seed = 1 }: FaultProxyOptions) {
    this.target = new URL(target);
    this.random = new Random(seed);
    this.server = createServer({ allowHalfOpen: true }, (client) => this.take(client));
  }

  static async start(options: FaultProxyOptions): Promise<FaultProxy> {
    const proxy = new FaultProxy(options);
    await proxy.accept();
    return proxy;
  }

  /** The target's URL with the proxy's address in it. */
  get url(): string {
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String(this.port);
    return url.pathname === '/' ? url.href.replace(/\/$/u, '') : url.href;
  }

  get openConnections(): number {
    return this.connections.size;
  }

  /** On every connection, open or to come, until another fault or none is set. */
  inject(fault: NetworkFault): void {
    this.draw = () => fault;
    for (const connection of this.connections) connection.set(fault);
  }

  /** Each connection to come has one of these faults, or, with the rest of the probability, none. */
  mix(share: number, faults: readonly NetworkFault[]): void {
    this.draw = () => (this.random.chance(share) ? this.random.pick(faults) : undefined);
  }

  /** No more faults. What was half-open stays dead; what was stalled or slow goes on. */
  heal(): void {
    this.draw = () => undefined;
    for (const connection of this.connections) connection.set(undefined);
  }

  /** Resets what is open; new connections are taken as before. */
  cut(): void {
    for (const connection of this.connections) connection.reset();
  }

  /** Nobody listens any more: open connections are reset, new ones refused, until `accept`. */
  async refuse(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    this.cut();
    await closed;
    this.count('refused');
  }

  async accept(): Promise<void> {
    if (this.server.listening) return;
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    const address: AddressInfo | string | null = this.server.address();
    if (typeof address === 'object') this.port = address?.port ?? 0;
  }

  async stop(): Promise<void> {
    for (const connection of this.connections) connection.destroy();
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    await closed;
  }

  private take(client: Socket): void {
    const { hostname, port } = this.target;
    const server = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    const connection = new FaultyConnection(client, server, this.random, (kind) => this.count(kind));
    this.connections.add(connection);
    client.once('close', () => this.connections.delete(connection));
    connection.set(this.draw());
  }

  private count(kind: NetworkFaultKind): void {
    this.struck.set(kind, (this.struck.get(kind) ?? 0) + 1);
  }
}
