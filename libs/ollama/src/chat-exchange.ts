import type { Readable } from 'node:stream';
import { AnswerReader, type Completion } from './answer-reader';
import { errorBodyOf, type OllamaConnection } from './connection';
import { Deadlines, type Limits } from './deadlines';
import { type Trouble, TroubleError, troubleOf } from './trouble';

export type ExchangeOutcome =
  | { readonly kind: 'completed'; readonly completion: Completion }
  | { readonly kind: 'failed'; readonly trouble: Trouble }
  /** The caller went away first. */
  | { readonly kind: 'left' };

export interface ExchangeRequest {
  readonly body: Buffer;
  readonly limits: Limits;
  readonly maxLineBytes: number;
  readonly emptyIsFine: boolean;
}

export interface ExchangeListener {
  firstToken(seconds: number): void;
  /** Called exactly once. */
  ended(outcome: ExchangeOutcome, seconds: number): void;
}

/** How long a server may take to close the response after its last line, before the connection is given up. */
const drainMs = 1000;

/**
 * One request to `/api/chat`, from sending to its end. The network is read at the server's pace and the text waits
 * here: a slow reader neither looks like a silent server nor keeps it busy.
 */
export class ChatExchange {
  outcome: ExchangeOutcome | undefined;
  private readonly controller = new AbortController();
  private readonly startedAt = performance.now();
  private readonly reader: AnswerReader;
  private readonly deadlines: Deadlines;
  private wake: (() => void) | undefined;
  private begun = false;
  private drain: NodeJS.Timeout | undefined;

  private constructor(
    private readonly request: ExchangeRequest,
    private readonly listener: ExchangeListener,
  ) {
    this.reader = new AnswerReader(request);
    this.deadlines = new Deadlines(request.limits, (trouble) => this.fail(trouble));
  }

  static start(
    connection: OllamaConnection,
    request: ExchangeRequest,
    listener: ExchangeListener,
  ): ChatExchange {
    const exchange = new ChatExchange(request, listener);
    void exchange.send(connection);
    return exchange;
  }

  /** The text that came since the last call; `''` when there is none. */
  take(): string {
    return this.reader.take();
  }

  /** Resolves when there is text to take or the exchange has ended. One reader only. */
  changed(): Promise<void> {
    if (this.reader.hasText || this.outcome) return Promise.resolve();
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }

  /** Resolves with the outcome, for those who do not want the text. */
  async ended(): Promise<ExchangeOutcome> {
    for (;;) {
      if (this.outcome) return this.outcome;
      this.take();
      await this.changed();
    }
  }

  /** Closes the connection at once; without effect after the end. */
  leave(): void {
    this.settle({ kind: 'left' });
  }

  private async send(connection: OllamaConnection): Promise<void> {
    try {
      const { status, stream } = await connection.chat(this.request.body, this.controller.signal);
      if (status === 200) this.listen(stream);
      else this.fail({ kind: 'status', status, body: await errorBodyOf(stream) });
    } catch (thrown) {
      this.fail(troubleOf(thrown, false));
    }
  }

  private listen(stream: Readable): void {
    stream.on('data', (chunk: Buffer) => this.read(chunk));
    stream.on('error', (error) => this.fail(troubleOf(error, true)));
    stream.once('end', () => this.finish());
    stream.once('close', () => this.close());
  }

  private close(): void {
    clearTimeout(this.drain);
    this.fail({ kind: 'connection-lost', code: 'ECONNRESET', begun: true });
  }

  private read(chunk: Buffer): void {
    if (this.outcome) return;
    this.deadlines.touch();
    this.advance(() => this.reader.push(chunk));
  }

  private finish(): void {
    if (!this.outcome) this.advance(() => this.reader.end());
  }

  private advance(read: () => void): void {
    try {
      read();
    } catch (thrown) {
      this.fail(thrown instanceof TroubleError ? thrown.trouble : { kind: 'garbage' });
      return;
    }
    if (!this.begun && this.reader.begun) {
      this.begun = true;
      this.listener.firstToken(this.seconds());
    }
    const { completion } = this.reader;
    if (completion) this.settle({ kind: 'completed', completion });
    else if (this.reader.hasText) this.notify();
  }

  private fail(trouble: Trouble): void {
    this.settle({ kind: 'failed', trouble });
  }

  private settle(outcome: ExchangeOutcome): void {
    if (this.outcome) return;
    this.outcome = outcome;
    this.deadlines.stop();
    // After a whole answer the connection is kept for the next request, if the server ends the response soon.
    if (outcome.kind === 'completed') this.drain = setTimeout(() => this.controller.abort(), drainMs).unref();
    else this.controller.abort();
    this.listener.ended(outcome, this.seconds());
    this.notify();
  }

  private notify(): void {
    const { wake } = this;
    this.wake = undefined;
    wake?.();
  }

  private seconds(): number {
    return (performance.now() - this.startedAt) / 1000;
  }
}
