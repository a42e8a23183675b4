import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../random';
import type { NetworkFault, NetworkFaultKind } from './fault';

const slowPiecesPerSecond = 20;
const garbageBytes = 64;
const farthestByte = 400;
const beforeResetMs = 20;

/** One client's connection and the one to the real server behind it, with what goes wrong between them. */
export class FaultyConnection {
  private readonly ended = new AbortController();
  private changed = new AbortController();
  private fault: NetworkFault | undefined;
  /** Bytes of the answer that may still come through before the fault; undefined once it has struck. */
  private untilFault: number | undefined;
  /** Half-open: nothing arrives any more, whatever becomes of the fault. */
  private dead = false;

  constructor(
    private readonly client: Socket,
    private readonly server: Socket,
    private readonly random: Random,
    private readonly struck: (kind: NetworkFaultKind) => void,
  ) {
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined).once('close', () => this.destroy());
    }
    void this.pump(client, server, (chunk) => this.request(chunk));
    void this.pump(server, client, (chunk) => this.answer(chunk));
  }

  set(fault: NetworkFault | undefined): void {
    this.fault = fault;
    const at = fault !== undefined && 'afterBytes' in fault ? fault.afterBytes : undefined;
    this.untilFault = at ?? this.random.below(farthestByte);
    if (fault?.kind === 'half-open' && this.untilFault === 0) this.die();
    if (fault?.kind === 'latency' || fault?.kind === 'slow' || fault?.kind === 'stalled')
      this.struck(fault.kind);
    this.changed.abort();
    this.changed = new AbortController();
  }

  reset(): void {
    // What `resetAndDestroy` does, without the polite end that it sends first.
    Reflect.set(this.client, 'resetAndClosing', true);
    this.destroy();
  }

  destroy(): void {
    this.ended.abort();
    this.client.destroy();
    this.server.destroy();
  }

  private async pump(
    from: Socket,
    to: Socket,
    treat: (chunk: Buffer) => AsyncIterable<Buffer>,
  ): Promise<void> {
    const { signal } = this.ended;
    try {
      for await (const chunk of from.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        for await (const part of treat(chunk)) if (!to.write(part)) await once(to, 'drain', { signal });
      }
      if (!this.dead) to.end();
    } catch {
      this.destroy();
    }
  }

  private async *request(chunk: Buffer): AsyncGenerator<Buffer> {
    await this.whileStalled();
    if (this.fault?.kind === 'latency') await this.sleep(this.fault.delayMs);
    if (!this.dead) yield chunk;
  }

  private async *answer(chunk: Buffer): AsyncGenerator<Buffer> {
    await this.whileStalled();
    const { fault } = this;
    if (fault?.kind === 'latency') await this.sleep(fault.delayMs);
    if (this.dead) return;
    if (fault?.kind === 'slow') yield* this.trickle(chunk, fault.bytesPerSecond);
    else if (fault === undefined || fault.kind === 'latency' || fault.kind === 'stalled') yield chunk;
    else yield* this.breakOff(chunk, fault.kind);
  }

  private async *trickle(chunk: Buffer, bytesPerSecond: number): AsyncGenerator<Buffer> {
    const size = Math.max(1, Math.round(bytesPerSecond / slowPiecesPerSecond));
    for (let at = 0; at < chunk.length; at += size) {
      if (this.fault?.kind !== 'slow') {
        yield chunk.subarray(at);
        return;
      }
      yield chunk.subarray(at, at + size);
      await this.sleep(1000 / slowPiecesPerSecond);
    }
  }

  private async *breakOff(
    chunk: Buffer,
    kind: 'half-open' | 'reset' | 'truncated' | 'garbage',
  ): AsyncGenerator<Buffer> {
    const { untilFault } = this;
    if (untilFault === undefined || chunk.length <= untilFault) {
      yield chunk;
      if (untilFault !== undefined) this.untilFault = untilFault - chunk.length;
      return;
    }
    yield chunk.subarray(0, untilFault);
    this.untilFault = undefined;
    if (kind === 'half-open') {
      this.die();
      return;
    }
    this.struck(kind);
    if (kind === 'garbage') {
      yield Buffer.from(Array.from({ length: garbageBytes }, () => this.random.below(256)));
      yield chunk.subarray(untilFault);
    } else if (kind === 'reset') {
      // Right behind bytes that nobody has read yet, a reset arrives as a proper end at times.
      await this.sleep(beforeResetMs);
      this.reset();
    } else this.client.end(() => this.destroy());
  }

  private die(): void {
    if (!this.dead) this.struck('half-open');
    this.dead = true;
  }

  private async whileStalled(): Promise<void> {
    while (this.fault?.kind === 'stalled') {
      const { signal } = this.changed;
      const either = AbortSignal.any([signal, this.ended.signal]);
      await once(either, 'abort');
      this.ended.signal.throwIfAborted();
    }
  }

  private async sleep(durationMs: number): Promise<void> {
    await delay(durationMs, undefined, { signal: this.ended.signal });
  }
}
