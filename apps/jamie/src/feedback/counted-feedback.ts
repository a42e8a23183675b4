import { Logger, type OnModuleDestroy } from '@nestjs/common';
import { type Feedback, FeedbackBook, FeedbackObserver, type Surface, sentenceOf } from '@jamie/core';
import type { AnswerMemory } from './answer-memory';
import type { FeedbackFile } from './feedback-file';
import { toRecord } from './to-record';

/** Only counts: nothing about questions or answers is kept. */
export class CountedFeedback extends FeedbackBook {
  constructor(private readonly observer: FeedbackObserver) {
    super();
  }

  take(surface: Surface, { verdict }: Feedback): Promise<boolean> {
    this.observer.given(surface, verdict);
    return Promise.resolve(false);
  }
}

/** Counts, and keeps feedback beside the question and the answer that it is about. */
export class KeptFeedback extends FeedbackBook implements OnModuleDestroy {
  private readonly logger = new Logger('Feedback');
  private failing = false;

  constructor(
    private readonly observer: FeedbackObserver,
    private readonly memory: AnswerMemory,
    private readonly file: FeedbackFile,
  ) {
    super();
  }

  async take(surface: Surface, feedback: Feedback): Promise<boolean> {
    this.observer.given(surface, feedback.verdict);
    const answered = this.memory.find(feedback.answerId);
    if (answered === undefined) return false;
    try {
      await this.file.append(JSON.stringify(toRecord(feedback, answered)));
      this.works();
      return true;
    } catch (thrown) {
      this.fails(thrown);
      return false;
    }
  }

  onModuleDestroy(): Promise<void> {
    return this.file.settled();
  }

  private works(): void {
    if (this.failing) this.logger.log('Feedback is kept again.');
    this.failing = false;
  }

  /** Said once, however much feedback is lost: the counter tells how much. */
  private fails(thrown: unknown): void {
    this.observer.lost();
    if (!this.failing) {
      this.logger.error(
        `Feedback is only counted, because it cannot be written to FEEDBACK_FILE: ${sentenceOf(thrown)}`,
      );
    }
    this.failing = true;
  }
}
