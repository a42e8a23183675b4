import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Journal } from '../journal';
import type { Timing } from '../options';
import type { Random } from '../../random';
import type { Timers } from '../timers';
import type { Attempt, AttemptOrder, DeliveryRequest, Transport } from './delivery';
import { SocketConnection } from './socket-connection';

interface Means {
  readonly journal: Journal;
  readonly timers: Timers;
  readonly timing: Timing;
  readonly random: Random;
}

/** Slack's end of Socket Mode, and the levers by which a test breaks it. */
export class SocketMode implements Transport {
  readonly ready = true;
  readonly connections: SocketConnection[] = [];
  /** Socket Mode was turned off in the app's settings. */
  linkDisabled = false;
  /** docs.slack.dev, using Socket Mode: at most ten connections for one app. */
  maxConnections = 10;
  /** Holds back the hello of connections opened from now on. */
  helloDelayMs = 0;
  readonly #server = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  readonly #tickets = new Set<string>();
  readonly #envelopes = new Set<string>();

  constructor(private readonly means: Means) {}

  /** Half-open ones count: Slack does not know better. */
  get open(): readonly SocketConnection[] {
    return this.connections.filter(({ open }) => open);
  }

  /** Single-use and short-lived. */
  issueTicket(): string {
    const ticket = this.means.random.uuid();
    this.#tickets.add(ticket);
    this.means.timers.after(this.means.timing.ticketLifeMs, () => this.#tickets.delete(ticket));
    return ticket;
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const url = new URL(request.url ?? '/', 'http://slack');
    if (url.pathname !== '/link/' || !this.#tickets.delete(url.searchParams.get('ticket') ?? '')) {
      socket.end('HTTP/1.1 401 Unauthorized\r\nconnection: close\r\n\r\n');
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = new SocketConnection(
        this.connections.length + 1,
        webSocket,
        this.means.journal,
        (envelopeId) => this.#envelopes.has(envelopeId),
      );
      this.#welcome(connection);
    });
  }

  async attempt(request: DeliveryRequest, order: AttemptOrder): Promise<Attempt> {
    const connection = this.#any() ?? (await this.#nextConnection(request));
    const atMs = Date.now();
    if (connection === undefined) {
      return {
        retry: order.retry,
        atMs,
        latencyMs: 0,
        acked: false,
        reason: 'connection_failed',
        sabotaged: true,
      };
    }
    const startMs = performance.now();
    const outcome = await this.#push(connection, request, order);
    const acked = outcome.acked && !order.loseAck;
    return {
      retry: order.retry,
      atMs,
      latencyMs: performance.now() - startMs,
      acked,
      ...(acked ? {} : { reason: 'timeout' as const }),
      ...(outcome.response === undefined ? {} : { response: outcome.response }),
      ...(order.loseAck || connection.halfOpen || !connection.open ? { sabotaged: true } : {}),
    };
  }

  /** `warning`: the socket closes some seconds later. */
  warn(connection = this.#newest()): void {
    connection.disconnect('warning');
    this.means.timers.after(this.means.timing.socketWarningMs, () => connection.close());
  }

  /** `refresh_requested`: the container is recycled now. */
  refresh(connection = this.#newest()): void {
    connection.disconnect('refresh_requested');
    connection.close();
  }

  disableLink(): void {
    this.linkDisabled = true;
    for (const connection of this.open) {
      connection.disconnect('link_disabled');
      connection.close();
    }
  }

  reset(connection = this.#newest()): void {
    connection.reset();
  }

  halfOpen(connection = this.#newest()): void {
    connection.deafen();
    this.means.timers.after(this.means.timing.ghostLifeMs, () => connection.reset());
  }

  stop(): void {
    for (const client of this.#server.clients) client.terminate();
    this.#server.close();
  }

  #newest(): SocketConnection {
    const connection = this.open.at(-1);
    if (connection === undefined) throw new Error('No socket is open');
    return connection;
  }

  #welcome(connection: SocketConnection): void {
    if (this.open.length >= this.maxConnections) {
      this.means.journal.violation('socket.too-many', `more than ${this.maxConnections} sockets were opened`);
      connection.disconnect('too_many_websockets');
      connection.close();
      return;
    }
    this.means.timers.after(this.helloDelayMs, () => this.#hello(connection));
    this.means.timers.every(this.means.timing.socketPingMs, () => connection.ping());
  }

  #hello(connection: SocketConnection): void {
    this.connections.push(connection);
    connection.send({
      type: 'hello',
      num_connections: this.open.length,
      connection_info: { app_id: 'A0JAMIE' },
      debug_info: { host: `applink-${connection.id}`, build_number: 10, approximate_connection_time: 18_060 },
    });
  }

  // Any one of them: neither an order nor stickiness is promised.
  #any(): SocketConnection | undefined {
    return this.means.random.pick(this.open);
  }

  // Events are kept while no socket is open; commands and clicks fail at once.
  async #nextConnection(request: DeliveryRequest): Promise<SocketConnection | undefined> {
    if (request.kind !== 'events_api') return undefined;
    const opened = this.means.journal.waitFor('a socket', () => this.#any(), this.means.timing.socketGapMs);
    return opened.catch(() => undefined);
  }

  async #push(
    connection: SocketConnection,
    request: DeliveryRequest,
    order: AttemptOrder,
  ): Promise<{ acked: boolean; response?: unknown }> {
    const envelopeId = this.means.random.uuid();
    this.#envelopes.add(envelopeId);
    const acked = connection.expectAck(envelopeId, request.acceptsResponse, this.means.timing.ackTimeoutMs);
    connection.send({
      envelope_id: envelopeId,
      type: request.kind,
      accepts_response_payload: request.acceptsResponse,
      ...(request.kind === 'events_api'
        ? {
            retry_attempt: order.retry,
            retry_reason: order.retry > 0 ? (order.retryReason ?? 'timeout') : '',
          }
        : {}),
      payload: request.payload,
    });
    return acked;
  }
}
