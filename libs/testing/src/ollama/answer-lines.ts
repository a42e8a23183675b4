import type { AnswerBehaviour, ChatBody } from './behaviour';

interface Timings {
  readonly startedAt: number;
  readonly loadNs: number;
  readonly promptTokens: number;
}

const nanosecondsPerMs = 1e6;

/** The NDJSON lines of one answer, without their line ends. */
export class AnswerLines {
  constructor(
    private readonly request: ChatBody,
    private readonly answer: AnswerBehaviour,
    private readonly timings: Timings,
  ) {}

  /** All lines but the last, cut at `num_predict`: a chunk is a token, thinking counts. */
  pieces(): string[] {
    const { thinking, chunks } = this.answer;
    const lines = [
      ...thinking.map((part) => this.line({ role: 'assistant', content: '', thinking: part })),
      ...chunks.map((part) => this.line({ role: 'assistant', content: part })),
    ];
    return lines.slice(0, this.limit());
  }

  /** The line with the counts, or what stands in its place; `undefined` where the stream just ends. */
  last(): string | undefined {
    const { ending } = this.answer;
    if (ending.kind === 'line') return ending.line;
    if (ending.kind === 'done') return this.done(true, this.wasCut() ? 'length' : ending.reason);
    if (ending.kind === 'done-reason-only') return this.done(false, 'stop');
    return undefined;
  }

  private done(done: boolean, reason: string): string {
    const total = Math.max(1, Math.round((performance.now() - this.timings.startedAt) * nanosecondsPerMs));
    const evalNs = Math.max(1, total - this.timings.loadNs);
    const metrics = {
      total_duration: total,
      load_duration: this.timings.loadNs,
      prompt_eval_count: this.timings.promptTokens,
      prompt_eval_duration: Math.ceil(evalNs / 10),
      eval_count: Math.min(this.limit(), this.answer.thinking.length + this.answer.chunks.length) + 1,
      eval_duration: evalNs,
      ...this.answer.metrics,
    };
    const head = this.head({ role: 'assistant', content: '' });
    return JSON.stringify({ ...head, done, done_reason: reason, ...metrics });
  }

  private line(message: object): string {
    return JSON.stringify({ ...this.head(message), done: false });
  }

  private head(message: object): object {
    return { model: this.request.model, created_at: new Date().toISOString(), message };
  }

  private wasCut(): boolean {
    return this.answer.thinking.length + this.answer.chunks.length > this.limit();
  }

  private limit(): number {
    const limit = this.request.options['num_predict'];
    return typeof limit === 'number' && limit > 0 ? limit : Number.MAX_SAFE_INTEGER;
  }
}
