import { brief, type Json } from './json';
import type { Timers } from './timers';

export type JournalKind =
  | 'ask'
  | 'call'
  | 'answer'
  | 'delivery'
  | 'socket'
  | 'world'
  | 'response-url'
  | 'upload'
  | 'probe'
  | 'violation';

export interface JournalEntry {
  readonly atMs: number;
  readonly kind: JournalKind;
  readonly summary: string;
}

/** One request to the Web API; the fields of the answer are absent while it is under way. */
export interface ApiCall {
  readonly id: number;
  readonly method: string;
  readonly args: Json;
  readonly receivedAtMs: number;
  answeredAtMs?: number;
  /** 0 when the connection was cut instead of an answer. */
  httpStatus?: number;
  response?: Json;
  /** Slack's error word, or absent when the call did what it should. */
  error?: string;
  fault?: string;
}

export interface Violation {
  readonly id: string;
  readonly text: string;
  readonly atMs: number;
}

interface Waiter {
  check(): void;
}

/** Everything that passed between Slack and the app, in order. */
export class Journal {
  readonly entries: JournalEntry[] = [];
  readonly calls: ApiCall[] = [];
  readonly violations: Violation[] = [];
  readonly #waiters = new Set<Waiter>();
  #checkPlanned = false;

  constructor(private readonly timers: Timers) {}

  note(kind: JournalKind, summary: string): void {
    this.entries.push({ atMs: Date.now(), kind, summary });
    this.#planCheck();
  }

  violation(id: string, text: string): void {
    this.violations.push({ id, text, atMs: Date.now() });
    this.note('violation', `${id}: ${text}`);
  }

  callReceived(method: string, args: Json): ApiCall {
    const call = { id: this.calls.length + 1, method, args, receivedAtMs: Date.now() };
    this.calls.push(call);
    this.note('call', `#${call.id} ${method} ${brief(args)}`);
    return call;
  }

  callAnswered(call: ApiCall, httpStatus: number, response: Json | undefined): void {
    call.answeredAtMs = Date.now();
    call.httpStatus = httpStatus;
    if (response !== undefined) call.response = response;
    const error = response?.['ok'] === false ? String(response['error']) : undefined;
    if (error !== undefined) call.error = error;
    else if (httpStatus !== 200) call.error = `http_${httpStatus}`;
    this.note(
      'answer',
      `#${call.id} ${call.method} ${httpStatus} ${brief(response ?? call.fault ?? '', 160)}`,
    );
  }

  /** Resolves with what `check` returns as soon as it returns something; it is asked again at every entry. */
  waitFor<T>(what: string, check: () => T | undefined | false, timeoutMs = 20_000): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        cancel();
        this.#waiters.delete(waiter);
      };
      const cancel = this.timers.after(timeoutMs, () => {
        settle();
        reject(new Error(`Waited ${timeoutMs} ms in vain for ${what}. The journal's end:\n${this.tail()}`));
      });
      const waiter = { check: () => this.#tryCheck(check, settle, { resolve, reject }) };
      this.#waiters.add(waiter);
      waiter.check();
    });
  }

  /** Resolves once nothing has been noted for `quietMs`. */
  quiet(quietMs: number): Promise<void> {
    return new Promise((resolve) => {
      let cancel = (): void => undefined;
      let round = 0;
      const done = (): void => {
        this.#waiters.delete(waiter);
        resolve();
      };
      const begin = (): void => {
        cancel();
        round += 1;
        const mine = round;
        // Where the process stood still, the timer comes before what has arrived meanwhile.
        cancel = this.timers.after(quietMs, () => setImmediate(() => mine === round && done()));
      };
      const waiter = { check: begin };
      this.#waiters.add(waiter);
      begin();
    });
  }

  tail(lines = 30): string {
    const startMs = this.entries[0]?.atMs ?? 0;
    return this.entries
      .slice(-lines)
      .map((entry) => `  +${entry.atMs - startMs}ms ${entry.kind}: ${entry.summary}`)
      .join('\n');
  }

  #tryCheck<T>(
    check: () => T | undefined | false,
    settle: () => void,
    promise: { resolve(value: T): void; reject(reason: unknown): void },
  ): void {
    try {
      const found = check();
      if (found === undefined || found === false) return;
      settle();
      promise.resolve(found);
    } catch (error) {
      settle();
      promise.reject(error);
    }
  }

  // Later than the entry itself: whoever notes something may be half way through a change.
  #planCheck(): void {
    if (this.#checkPlanned) return;
    this.#checkPlanned = true;
    queueMicrotask(() => {
      this.#checkPlanned = false;
      for (const waiter of this.#waiters) waiter.check();
    });
  }
}
