import { Inject, Injectable } from '@nestjs/common';
import {
  type SlackApiMethod,
  type SlackAskKind,
  type SlackCallOutcome,
  SlackObserver,
  type SlackRefusalReason,
  type SlackTransport,
} from '@jamie/core';
import type { Metrics } from './catalogue';
import { METRICS } from './metrics-options';

/** Counts what happens between Slack and Jamie. */
@Injectable()
export class SlackMetrics extends SlackObserver {
  constructor(@Inject(METRICS) private readonly metrics: Metrics) {
    super();
  }

  askFinished(kind: SlackAskKind, status: 'success' | 'error'): void {
    const asks = {
      mention: this.metrics.slackMentions,
      command: this.metrics.slackSlashCommands,
      direct: this.metrics.slackDirectMessages,
      shortcut: this.metrics.slackShortcuts,
    };
    asks[kind].inc({ status });
  }

  apiCalled(method: SlackApiMethod, status: SlackCallOutcome): void {
    this.metrics.slackApiCalls.inc({ method, status });
  }

  rateLimitWaited(seconds: number): void {
    this.metrics.slackRateLimitWait.inc(Math.max(0, seconds));
  }

  duplicateDelivery(): void {
    this.metrics.slackDuplicateDeliveries.inc();
  }

  refused(reason: SlackRefusalReason): void {
    this.metrics.slackRefusedRequests.inc({ reason });
  }

  feedback(verdict: 'good' | 'bad'): void {
    this.metrics.slackFeedback.inc({ verdict });
  }

  connectionChanged(transport: SlackTransport, connected: boolean): void {
    this.metrics.slackConnected.set({ transport }, connected ? 1 : 0);
  }
}
