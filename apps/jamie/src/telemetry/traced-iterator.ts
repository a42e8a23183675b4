import { type Context, type Span, context, trace } from '@opentelemetry/api';
import { recordFailure } from './spans';

export interface Iteration<T> {
  readonly span: Span;
  readonly signal: AbortSignal;
  readonly open: () => AsyncIterator<T>;
  /** Is shown every value on its way out. */
  readonly watch: (value: T) => void;
}

/**
 * Passes an iteration on, with a span that is active inside of it and ends when it ends, fails, is left or is aborted.
 * An async generator runs each step in the context of whoever asks for the next value, not in the one it began in.
 */
export class TracedIterator<T> implements AsyncGenerator<T, void, undefined> {
  private readonly inside: Context;
  private readonly source: AsyncIterator<T>;
  private over = false;

  constructor(private readonly iteration: Iteration<T>) {
    const { span, signal, open } = iteration;
    this.inside = trace.setSpan(context.active(), span);
    this.source = context.with(this.inside, open);
    if (signal.aborted) this.left();
    else signal.addEventListener('abort', this.left, { once: true });
  }

  async next(): Promise<IteratorResult<T, void>> {
    try {
      const step = await context.with(this.inside, () => this.source.next());
      if (step.done === true) return this.ended();
      this.iteration.watch(step.value);
      return step;
    } catch (thrown) {
      this.failed(thrown);
      throw thrown;
    }
  }

  /** The source is told first: what it closes still belongs to the span. */
  async return(): Promise<IteratorResult<T, void>> {
    try {
      await context.with(this.inside, async () => this.source.return?.());
    } finally {
      this.left();
    }
    return { done: true, value: undefined };
  }

  async throw(thrown: unknown): Promise<IteratorResult<T, void>> {
    await this.return();
    throw thrown;
  }

  [Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  private ended(): IteratorResult<T, void> {
    this.finish(() => {});
    return { done: true, value: undefined };
  }

  private failed(thrown: unknown): void {
    if (this.iteration.signal.aborted) this.left();
    else this.finish((span) => recordFailure(span, thrown));
  }

  /** Somebody went away: neither success nor error. */
  private readonly left = (): void => {
    this.finish((span) => span.setAttribute('jamie.left_early', true));
  };

  private finish(mark: (span: Span) => void): void {
    if (this.over) return;
    this.over = true;
    const { span, signal } = this.iteration;
    signal.removeEventListener('abort', this.left);
    mark(span);
    span.end();
  }
}
