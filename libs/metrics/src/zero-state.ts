import { modelErrorCodes, slackApiMethods, slackCallOutcomes, slackRefusalReasons } from '@jamie/core';
import type { Metrics } from './catalogue';
import type { MetricsOptions } from './metrics-options';

/**
 * Creates every known label set at 0. Without it `increase()` misses the first events of a series that is born with
 * them, and a query over series that do not exist yet has no answer. Only at start: on a live histogram `zero` is a reset.
 */
export function createKnownSeries(metrics: Metrics, options: MetricsOptions): void {
  createModelSeries(metrics, options.model);
  createSlackSeries(metrics);
  for (const status of ['success', 'error']) {
    metrics.apiChatRequests.inc({ status }, 0);
    metrics.openaiChatRequests.inc({ status }, 0);
  }
  for (const { method, route, statuses } of options.responses) {
    metrics.httpRequestDuration.zero({ method, route });
    for (const status of statuses) metrics.httpRequests.inc({ method, route, status }, 0);
  }
  for (const surface of options.surfaces) metrics.degradedAnswers.inc({ surface }, 0);
  for (const surface of ['rest', 'slack']) {
    for (const verdict of ['good', 'bad']) metrics.feedback.inc({ surface, verdict }, 0);
  }
  for (const result of ['hit', 'miss']) metrics.runbookSearches.inc({ result }, 0);
  for (const status of ['success', 'error', 'timeout']) metrics.storeCommands.inc({ status }, 0);
  metrics.buildInfo.set({ version: options.version, commit: options.commit }, 1);
}

function createSlackSeries(metrics: Metrics): void {
  const { slackMentions, slackSlashCommands, slackDirectMessages, slackShortcuts } = metrics;
  for (const asks of [slackMentions, slackSlashCommands, slackDirectMessages, slackShortcuts]) {
    for (const status of ['success', 'error']) asks.inc({ status }, 0);
  }
  for (const method of slackApiMethods) {
    for (const status of slackCallOutcomes) metrics.slackApiCalls.inc({ method, status }, 0);
  }
  for (const reason of slackRefusalReasons) metrics.slackRefusedRequests.inc({ reason }, 0);
  for (const verdict of ['good', 'bad']) metrics.slackFeedback.inc({ verdict }, 0);
}

function createModelSeries(metrics: Metrics, model: string): void {
  for (const status of ['success', 'error', 'rejected']) metrics.ollamaRequests.inc({ model, status }, 0);
  for (const error_type of modelErrorCodes) metrics.ollamaErrors.inc({ model, error_type }, 0);
  for (const kind of ['prompt', 'completion']) metrics.ollamaTokens.inc({ model, kind }, 0);
  metrics.ollamaCancelled.inc({ model }, 0);
  const durations = [
    metrics.ollamaRequestDuration,
    metrics.ollamaTimeToFirstToken,
    metrics.ollamaModelLoadDuration,
    metrics.ollamaQueueWait,
  ];
  for (const duration of durations) duration.zero({ model });
  const levels = [metrics.ollamaQueueDepth, metrics.ollamaRequestsInFlight, metrics.ollamaBreakerState];
  for (const level of levels) level.set({ model }, 0);
}
