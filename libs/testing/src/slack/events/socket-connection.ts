import type { RawData, WebSocket } from 'ws';
import type { Journal } from '../journal';
import { brief, isJson, parseJson } from '../json';

interface Pending {
  readonly acceptsResponse: boolean;
  settle(outcome: { acked: boolean; response?: unknown }): void;
}

/** docs.slack.dev, using Socket Mode: the reasons of a disconnect frame. */
export type DisconnectReason = 'warning' | 'refresh_requested' | 'link_disabled' | 'too_many_websockets';

/** One socket of the app, as Slack's side sees it. */
export class SocketConnection {
  readonly openedAtMs = Date.now();
  /** Neither reads nor answers pings, but still looks open. */
  halfOpen = false;
  open = true;
  readonly #pending = new Map<string, Pending>();
  readonly #acked = new Set<string>();

  constructor(
    readonly id: number,
    private readonly socket: WebSocket,
    private readonly journal: Journal,
    private readonly knows: (envelopeId: string) => boolean,
  ) {
    socket.on('message', (data) => this.#received(data));
    socket.on('close', (code) => this.#closed(code));
    socket.on('error', () => this.#closed(1006));
  }

  send(frame: unknown): void {
    this.journal.note('socket', `to ${this.id}: ${brief(frame)}`);
    // Nothing gets through a half-open connection, in either direction.
    if (!this.halfOpen) this.socket.send(JSON.stringify(frame), () => undefined);
  }

  ping(): void {
    if (this.open && !this.halfOpen) this.socket.ping();
  }

  /** Resolves when the app acknowledges on this socket, when the socket closes, or after `timeoutMs`. */
  expectAck(
    envelopeId: string,
    acceptsResponse: boolean,
    timeoutMs: number,
  ): Promise<{ acked: boolean; response?: unknown }> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#settle(envelopeId, { acked: false }), timeoutMs);
      const settle = (outcome: { acked: boolean; response?: unknown }): void => {
        clearTimeout(timer);
        resolve(outcome);
      };
      this.#pending.set(envelopeId, { acceptsResponse, settle });
    });
  }

  disconnect(reason: DisconnectReason): void {
    this.send({ type: 'disconnect', reason, debug_info: { host: `applink-${this.id}` } });
  }

  close(): void {
    this.socket.close(1000);
  }

  /** Gone without a close frame. */
  reset(): void {
    this.socket.terminate();
  }

  /** From now on it looks open and is deaf: a NAT box forgot it (python-slack-sdk issue 1940). */
  deafen(): void {
    this.halfOpen = true;
    this.socket.pause();
    this.journal.note('socket', `${this.id} half open`);
  }

  #received(data: RawData): void {
    const frame = parseJson(Buffer.isBuffer(data) ? data.toString('utf8') : '');
    this.journal.note('socket', `from ${this.id}: ${brief(frame)}`);
    const envelopeId = isJson(frame) ? frame['envelope_id'] : undefined;
    if (!isJson(frame) || typeof envelopeId !== 'string') {
      this.journal.violation('socket.bad-frame', `socket ${this.id} sent ${brief(frame ?? 'no JSON')}`);
      return;
    }
    this.#acknowledged(envelopeId, frame['payload']);
  }

  #acknowledged(envelopeId: string, payload: unknown): void {
    const pending = this.#pending.get(envelopeId);
    if (pending === undefined) {
      this.journal.violation(...this.#stray(envelopeId));
      return;
    }
    const carries = isJson(payload) && Object.keys(payload).length > 0;
    if (carries && !pending.acceptsResponse) {
      this.journal.violation(
        'socket.payload',
        `the acknowledgement of ${envelopeId} may not carry a payload`,
      );
    }
    this.#acked.add(envelopeId);
    this.#settle(envelopeId, carries ? { acked: true, response: payload } : { acked: true });
  }

  #stray(envelopeId: string): [string, string] {
    if (this.#acked.has(envelopeId)) return ['socket.double-ack', `${envelopeId} was acknowledged twice`];
    if (!this.knows(envelopeId)) return ['socket.unknown-envelope', `${envelopeId} was never sent`];
    return ['socket.stray-ack', `${envelopeId} was acknowledged too late or not on the socket it came on`];
  }

  #settle(envelopeId: string, outcome: { acked: boolean; response?: unknown }): void {
    const pending = this.#pending.get(envelopeId);
    this.#pending.delete(envelopeId);
    pending?.settle(outcome);
  }

  #closed(code: number): void {
    if (!this.open) return;
    this.open = false;
    this.journal.note('socket', `${this.id} closed (${code})`);
    for (const envelopeId of this.#pending.keys()) this.#settle(envelopeId, { acked: false });
  }
}
