import type { Usage } from '@jamie/core';
import { type ChatLine, type EndLine, parseChatLine } from './chat-line';
import { LineFramer } from './line-framer';
import { TroubleError } from './trouble';

export interface Completion {
  readonly finishReason: 'stop' | 'length';
  readonly usage: Usage;
  /** False when the server sent no counts: then usage says 0. */
  readonly counted: boolean;
  readonly loadSeconds: number | undefined;
}

interface ReaderOptions {
  readonly maxLineBytes: number;
  /** True for a load or a probe, where no text is expected. */
  readonly emptyIsFine: boolean;
}

/** Makes text of the bytes of one answer and knows when it is whole. */
export class AnswerReader {
  /** Set by the line that says so; what follows it is ignored. */
  completion: Completion | undefined;
  /** True from the first token on, be it thinking or text. */
  begun = false;
  private readonly framer: LineFramer;
  private thinking = false;
  /** Blank text before the first word: passed on with it, never alone. */
  private held = '';
  private visible = false;
  private text = '';

  constructor(private readonly options: ReaderOptions) {
    this.framer = new LineFramer(options.maxLineBytes);
  }

  /** @throws TroubleError for an error line, garbage, or an end without a visible word */
  push(chunk: Buffer): void {
    if (this.completion) return;
    for (const line of this.framer.push(chunk)) this.read(line);
  }

  /** @throws TroubleError also when the answer is not whole */
  end(): void {
    if (this.completion) return;
    const line = this.framer.end();
    if (line !== undefined) this.read(line);
    if (!this.completion) throw new TroubleError({ kind: 'no-done' });
  }

  get hasText(): boolean {
    return this.text !== '';
  }

  /** The text since the last call; `''` when there is none. */
  take(): string {
    const { text } = this;
    this.text = '';
    return text;
  }

  private read(line: string): void {
    if (this.completion) return;
    const parsed = parseChatLine(line);
    if (!parsed) throw new TroubleError({ kind: 'garbage' });
    if (parsed.kind === 'error') throw new TroubleError({ kind: 'error-line', text: parsed.text });
    this.text += this.visibleText(parsed);
    if (parsed.kind === 'end') this.complete(parsed);
  }

  private visibleText(line: Exclude<ChatLine, { kind: 'error' }>): string {
    if (line.thinking) this.begun = this.thinking = true;
    if (line.content === '') return '';
    this.begun = true;
    if (this.visible) return line.content;
    this.held += line.content;
    if (this.held.trim() === '') return '';
    this.visible = true;
    return this.held;
  }

  private complete(line: EndLine): void {
    const cut = line.reason === 'length';
    if (!this.visible && !this.options.emptyIsFine) {
      throw new TroubleError({ kind: 'empty', thinking: this.thinking, cut });
    }
    this.completion = {
      finishReason: cut ? 'length' : 'stop',
      usage: { promptTokens: line.promptTokens ?? 0, completionTokens: line.completionTokens ?? 0 },
      counted: line.promptTokens !== undefined || line.completionTokens !== undefined,
      loadSeconds: line.loadSeconds,
    };
  }
}
