import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type AnswerBehaviour, type Framing, type OllamaBehaviour, type RefusalBehaviour } from './behaviour';
import type { Journal, JournalEntry } from './journal';
import { pause } from './model-memory';

/** One request and its response: writes behaviours to it and notes what became of them. */
export class Exchange {
  readonly entry: JournalEntry;
  /** Aborted when the client left, or when the connection was cut. */
  readonly leaving: AbortSignal;

  constructor(
    private readonly request: IncomingMessage,
    private readonly response: ServerResponse,
    private readonly journal: Journal,
  ) {
    this.entry = journal.add({
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
    });
    const controller = new AbortController();
    this.leaving = controller.signal;
    response.once('finish', () => journal.changed(this.entry, 'finished'));
    response.once('close', () => {
      journal.changed(this.entry, 'cancelled');
      controller.abort();
    });
  }

  async body(): Promise<string> {
    const parts: Buffer[] = [];
    for await (const part of this.request as AsyncIterable<Buffer>) parts.push(part);
    return Buffer.concat(parts).toString('utf8');
  }

  json(status: number, body: unknown): void {
    this.send(status, JSON.stringify(body), 'application/json; charset=utf-8');
  }

  send(status: number, body: string, contentType: string): void {
    if (this.leaving.aborted) return;
    this.entry.status = status;
    if (contentType !== '') this.response.setHeader('content-type', contentType);
    this.response.writeHead(status).end(body);
  }

  /** Everything but an answer; true when there was one of those to play. */
  async playFailure(behaviour: OllamaBehaviour): Promise<boolean> {
    if (behaviour.kind === 'answer') return false;
    if (behaviour.kind === 'refusal') await this.refuse(behaviour);
    else if (behaviour.kind === 'hang') await this.untilLeft();
    else this.breakOff(behaviour.kind);
    return true;
  }

  async stream(
    answer: AnswerBehaviour,
    lines: readonly string[],
    last: () => string | undefined,
  ): Promise<void> {
    this.journal.changed(this.entry, 'generating');
    await answer.beginAfter;
    if (answer.firstChunkDelayMs > 0) await pause(answer.firstChunkDelayMs, this.leaving);
    this.begin();
    if (answer.chunkDelayMs === 0 && answer.framing === 'lines') this.writeAtOnce(lines);
    else await this.writeSlowly(answer, lines);
    await this.end(answer, last);
  }

  private async refuse(refusal: RefusalBehaviour): Promise<void> {
    await pause(refusal.delayMs, this.leaving);
    this.send(refusal.status, refusal.body, refusal.contentType);
  }

  private begin(): void {
    if (this.leaving.aborted) return;
    this.entry.status = 200;
    this.response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  }

  private writeAtOnce(lines: readonly string[]): void {
    if (this.leaving.aborted || lines.length === 0) return;
    this.response.write(`${lines.join('\n')}\n`);
    this.entry.chunksSent += lines.length;
  }

  private async writeSlowly(answer: AnswerBehaviour, lines: readonly string[]): Promise<void> {
    for (const [index, line] of lines.entries()) {
      if (index > 0) await pause(answer.chunkDelayMs, this.leaving);
      if (this.leaving.aborted) return;
      await this.writeLine(line, answer.framing);
      this.entry.chunksSent += 1;
    }
  }

  private async writeLine(line: string, framing: Framing): Promise<void> {
    const bytes = Buffer.from(line + (framing === 'crlf' ? '\r\n' : '\n'));
    const size = framing === 'split' ? 7 : bytes.length;
    for (let start = 0; start < bytes.length && !this.leaving.aborted; start += size) {
      this.response.write(bytes.subarray(start, start + size));
      if (framing === 'split') await immediate();
    }
  }

  private async end(answer: AnswerBehaviour, last: () => string | undefined): Promise<void> {
    await pause(answer.chunkDelayMs, this.leaving);
    await answer.endAfter;
    if (this.leaving.aborted) return;
    const { kind } = answer.ending;
    if (kind === 'stall') return this.stall();
    if (kind === 'cut' || kind === 'reset') return this.breakOff(kind);
    const line = last();
    this.entry.answered = kind === 'done' || kind === 'done-reason-only';
    if (line !== undefined) await this.writeLine(line, answer.framing);
    this.response.end();
  }

  private stall(): Promise<void> {
    this.response.flushHeaders();
    return this.untilLeft();
  }

  /** The server's own doing: not a client that left. */
  breakOff(kind: 'cut' | 'reset'): void {
    this.journal.changed(this.entry, 'cut');
    const socket: Socket | null = this.response.socket;
    if (kind === 'reset') socket?.resetAndDestroy();
    else socket?.destroySoon();
  }

  private async untilLeft(): Promise<void> {
    if (!this.leaving.aborted) await once(this.leaving, 'abort');
  }
}

function immediate(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
