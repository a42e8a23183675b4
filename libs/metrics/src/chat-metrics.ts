import { Inject, Injectable } from '@nestjs/common';
import { type Answer, ChatObserver, RunbookObserver, type Surface } from '@jamie/core';
import type { Metrics } from './catalogue';
import { METRICS } from './metrics-options';

@Injectable()
export class ChatMetrics extends ChatObserver {
  constructor(@Inject(METRICS) private readonly metrics: Metrics) {
    super();
  }

  answered(surface: Surface, answer: Answer): void {
    if (answer.degraded) this.metrics.degradedAnswers.inc({ surface });
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
