import { Inject, Injectable } from '@nestjs/common';
import {
  type AnsweredQuestion,
  ChatObserver,
  FeedbackObserver,
  RunbookObserver,
  type Surface,
  type Verdict,
} from '@jamie/core';
import type { Metrics } from './catalogue';
import { METRICS } from './metrics-options';

@Injectable()
export class ChatMetrics extends ChatObserver {
  constructor(@Inject(METRICS) private readonly metrics: Metrics) {
    super();
  }

  answered({ question, answer }: AnsweredQuestion): void {
    if (answer.degraded) this.metrics.degradedAnswers.inc({ surface: question.surface });
  }
}

@Injectable()
export class FeedbackMetrics extends FeedbackObserver {
  constructor(@Inject(METRICS) private readonly metrics: Metrics) {
    super();
  }

  given(surface: Surface, verdict: Verdict): void {
    this.metrics.feedback.inc({ surface, verdict });
  }

  lost(): void {
    this.metrics.feedbackLost.inc();
  }
}

@Injectable()
export class RunbookMetrics extends RunbookObserver {
  constructor(@Inject(METRICS) private readonly metrics: Metrics) {
    super();
  }

  loaded(runbooks: number, broken: number): void {
    this.metrics.runbooksLoaded.set(runbooks);
    this.metrics.runbooksBroken.set(broken);
  }

  searched(hit: boolean): void {
    this.metrics.runbookSearches.inc({ result: hit ? 'hit' : 'miss' });
  }
}
