import { type DynamicModule, Module } from '@nestjs/common';
import { type AnsweredQuestion, ChatObserver, FeedbackBook, FeedbackObserver } from '@jamie/core';
import { ChatMetrics } from '@jamie/metrics';
import { AnswerMemory } from './answer-memory';
import { CountedFeedback, KeptFeedback } from './counted-feedback';
import { FeedbackFile } from './feedback-file';
import { FeedbackController } from './feedback.controller';

export interface FeedbackOptions {
  /** Absent: feedback is counted and nothing else. */
  readonly path: string | undefined;
  readonly maxBytes: number;
}

/** Takes feedback, and is told of every answer beside the metrics, so that feedback can refer to it. */
@Module({})
export class FeedbackModule {
  static forRoot({ path, maxBytes }: FeedbackOptions): DynamicModule {
    const memory = new AnswerMemory();
    const book = (observer: FeedbackObserver): FeedbackBook =>
      path === undefined
        ? new CountedFeedback(observer)
        : new KeptFeedback(observer, memory, new FeedbackFile(path, maxBytes));
    const observer = (metrics: ChatMetrics): ChatObserver =>
      path === undefined ? metrics : new BothObservers(metrics, memory);
    return {
      module: FeedbackModule,
      global: true,
      controllers: [FeedbackController],
      providers: [
        { provide: FeedbackBook, useFactory: book, inject: [FeedbackObserver] },
        { provide: ChatObserver, useFactory: observer, inject: [ChatMetrics] },
      ],
      exports: [FeedbackBook, ChatObserver],
    };
  }
}

class BothObservers extends ChatObserver {
  constructor(
    private readonly first: ChatObserver,
    private readonly second: ChatObserver,
  ) {
    super();
  }

  answered(answered: AnsweredQuestion): void {
    this.first.answered(answered);
    this.second.answered(answered);
  }
}
