import type { Attempt, Delivery } from '../events/delivery';
import type { Platform } from '../platform';
import { mustRefuse, type ProbeResult } from '../probes';
import { error, warning, type Bounds, type Finding } from './finding';

/** How the app took what was delivered to it. */
export function judgeDeliveries(slack: Platform, bounds: Bounds): Finding[] {
  return slack.deliverer.deliveries.flatMap((delivery) => [
    ...delivery.attempts.flatMap((attempt) => judgeAttempt(delivery, attempt, bounds)),
    ...lost(delivery),
  ]);
}

function judgeAttempt(delivery: Delivery, attempt: Attempt, bounds: Bounds): Finding[] {
  if (attempt.sabotaged === true) return [];
  const took = `${Math.round(attempt.latencyMs)} ms`;
  if (!attempt.acked) {
    const how = `${attempt.status ?? ''} ${attempt.reason ?? ''}`.trim();
    return [error('ack.failed', `${delivery.id} attempt ${attempt.retry}: ${how} after ${took}`)];
  }
  return attempt.latencyMs > bounds.ackWithinMs
    ? [warning('ack.slow', `${delivery.id} was acknowledged after ${took}`)]
    : [];
}

function lost(delivery: Delivery): Finding[] {
  if (delivery.kind !== 'events_api' || delivery.outcome !== 'failed') return [];
  return [error('event.lost', `${delivery.id} was never acknowledged`)];
}

/** Forged requests are refused and leave nothing behind. */
export function judgeProbes(slack: Platform, results: readonly ProbeResult[]): Finding[] {
  return results.flatMap((result) => {
    const name = `${result.kind} (${result.marker})`;
    const status = result.status ?? 0;
    const crashed = !result.alive || status >= 500;
    const accepted = mustRefuse.has(result.kind) && (status < 400 || status >= 500);
    return [
      ...(crashed
        ? [error('probe.crash', `${name} was answered ${result.status ?? 'by a broken connection'}`)]
        : []),
      ...(accepted && !crashed ? [error('probe.accepted', `${name} was answered ${status}`)] : []),
      ...(leftTrace(slack, result) ? [error('probe.effect', `${name} made the app act`)] : []),
    ];
  });
}

/** Slack might have sent these; the app may act on them. */
const mayAct: ReadonlySet<string> = new Set(['charset', 'replay', 'large-body']);

function leftTrace(slack: Platform, { kind, ts, marker, atMs }: ProbeResult): boolean {
  if (mayAct.has(kind)) return false;
  return slack.journal.calls
    .filter(({ receivedAtMs }) => receivedAtMs >= atMs)
    .map(({ args }) => JSON.stringify(args))
    .some((args) => args.includes(ts) || args.includes(marker));
}
