import { performance } from 'node:perf_hooks';
import type { Answer, AnsweredBy, ChatEvent, Source, Usage } from '@jamie/core';

/** The answer while it is being written. Its text is exactly what was yielded as `text-delta`. */
export class Draft {
  text = '';
  answeredBy: AnsweredBy = 'model';
  sources: readonly Source[] = [];
  degradedReason: string | undefined;
  usage: Usage | undefined;
  /** An `error` event was yielded instead of an answer. */
  failed = false;

  write(text: string): ChatEvent {
    this.text += text;
    return { type: 'text-delta', text };
  }

  restOn(sources: readonly Source[]): ChatEvent {
    this.sources = sources;
    return { type: 'sources', sources };
  }

  finish({
    startedAt,
    ...named
  }: Pick<Answer, 'id' | 'model' | 'conversationId'> & { startedAt: number }): Answer {
    return {
      ...named,
      text: this.text,
      answeredBy: this.answeredBy,
      degraded: this.degradedReason !== undefined,
      ...(this.degradedReason === undefined ? {} : { degradedReason: this.degradedReason }),
      sources: this.sources,
      finishedAt: new Date(),
      processingSeconds: (performance.now() - startedAt) / 1000,
      ...(this.usage === undefined ? {} : { usage: this.usage }),
    };
  }
}
