import type { SlackApiMethod } from '@jamie/core';

const windowMs = 60_000;

/** Calls a minute that Slack guarantees, https://docs.slack.dev/apis/web-api/rate-limits; what is not here is rarely called. */
const perMinute: Partial<Readonly<Record<SlackApiMethod, number>>> = {
  'agents.sessions.setStatus': 50,
  // Not documented ("special").
  'assistant.threads.setStatus': 60,
  'chat.appendStream': 100,
  'chat.startStream': 20,
  'chat.update': 50,
  'chat.postMessage': 120,
  'views.publish': 100,
};

/** Counts calls, so that those which only show progress leave room for answers. */
export class CallBudget {
  private readonly calledAtMs = new Map<string, number[]>();

  note(method: SlackApiMethod): void {
    if (perMinute[method] !== undefined) this.recent(method).push(performance.now());
  }

  /** Whether a call fits into this share (0 to 1) of the minute's calls. */
  allows(method: SlackApiMethod, share: number): boolean {
    const limit = perMinute[method];
    return limit === undefined || this.recent(method).length < limit * share;
  }

  private recent(method: SlackApiMethod): number[] {
    const calls = this.calledAtMs.get(method) ?? [];
    const since = performance.now() - windowMs;
    const first = calls.findIndex((atMs) => atMs > since);
    calls.splice(0, first === -1 ? calls.length : first);
    this.calledAtMs.set(method, calls);
    return calls;
  }
}

/** One a second for each channel, in bursts of three: https://docs.slack.dev/apis/web-api/rate-limits#posting-messages */
export class ChannelPace {
  private readonly freeAtMs = new Map<string, number>();

  /** Takes the next place of the channel; answers how long to wait for it, in milliseconds. */
  take(channel: string): number {
    const nowMs = performance.now();
    const places = Math.max(this.freeAtMs.get(channel) ?? 0, nowMs - burst * intervalMs);
    this.freeAtMs.set(channel, places + intervalMs);
    if (this.freeAtMs.size > maxChannels) this.forgetIdle(nowMs);
    return Math.max(0, places + intervalMs - nowMs);
  }

  private forgetIdle(nowMs: number): void {
    for (const [channel, freeAtMs] of this.freeAtMs) {
      if (freeAtMs < nowMs - burst * intervalMs) this.freeAtMs.delete(channel);
    }
  }
}

const intervalMs = 1050;
const burst = 3;
const maxChannels = 1000;
