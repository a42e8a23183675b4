import { setMaxListeners } from 'node:events';
import { webApi } from '@slack/bolt';
import { Inject, Injectable } from '@nestjs/common';
import { type SlackApiMethod, SlackObserver } from '@jamie/core';
import { assertHeld } from '../asks/held-claim';
import { objectOf } from '../fields';
import { SlackHealth } from '../transport/slack-health';
import { type ActiveSlackOptions, SLACK_OPTIONS } from '../slack-options';
import { SlackCalls } from '../watched';
import { sdkLogger } from './bolt-logger';
import { CallBudget, ChannelPace } from './call-budget';
import { MethodGates } from './method-gates';
import { SlackCallError, toCallError } from './slack-call-error';
import { wait } from './wait';

export type Arguments = Readonly<Record<string, unknown>>;
export type Fields = Readonly<Record<string, unknown>>;

export interface Insistence<T> {
  readonly method: SlackApiMethod;
  readonly args: Arguments;
  /** Finds out whether an attempt of which nobody knows the end has done its work. Absent: doing it twice does no harm. */
  readonly look?: () => Promise<T | undefined>;
  readonly read: (fields: Fields) => T;
}

const callTimeoutMs = 10_000;
const giveUpAfterMs = 15 * 60_000;
const firstPauseMs = 500;
const longestPauseMs = 15_000;
/** Progress takes no more than this share of what Slack allows in a minute. */
const progressShare = 0.75;

/** Calls Slack's Web API. Progress may be dropped; answers must arrive. Each has its own client and connections. */
@Injectable()
export class SlackApi extends SlackCalls {
  private readonly answers: webApi.WebClient;
  private readonly progress: webApi.WebClient;
  private readonly gates = new MethodGates((seconds) => this.observer.rateLimitWaited(seconds));
  private readonly budget = new CallBudget();
  private readonly pace = new ChannelPace();
  private readonly lifetime = new AbortController();

  constructor(
    @Inject(SLACK_OPTIONS) options: ActiveSlackOptions,
    private readonly observer: SlackObserver,
    private readonly health: SlackHealth,
  ) {
    super();
    this.answers = client(options);
    this.progress = client(options);
    // As many calls as there are answers may be waiting; each stops listening when it has waited.
    setMaxListeners(0, this.lifetime.signal);
  }

  /** From now on nothing waits any more, and nothing is sent. */
  close(): void {
    this.lifetime.abort(new Error('Slack has been closed'));
  }

  /**
   * One attempt at something that may be left out. Throws SlackCallError, also without calling when Slack is being
   * called too much already. `share`: of a minute's calls, how much may be used before this one is left out.
   */
  async try(method: SlackApiMethod, args: Arguments, share = progressShare): Promise<Fields> {
    if (!this.gates.isOpen(method) || !this.budget.allows(method, share)) {
      throw new SlackCallError(method, 'left_out', 'rate-limited');
    }
    return this.calling(method, () => this.call(this.progress, method, args));
  }

  /**
   * Calls until Slack has done it: waits as long as Slack asks, repeats what failed. Throws SlackCallError for what
   * Slack refuses, and after a quarter of an hour.
   */
  async insist<T>({ method, args, look, read }: Insistence<T>): Promise<T> {
    const { signal } = this.lifetime;
    const giveUpAtMs = performance.now() + giveUpAfterMs;
    for (let failures = 0, uncertain = false; ;) {
      const found = uncertain ? await look?.() : undefined;
      if (found !== undefined) return found;
      try {
        await this.keepPace(method, args);
        const call = () => this.calling(method, () => this.call(this.answers, method, args));
        return read(await this.gates.pass(method, call, signal));
      } catch (thrown) {
        if (!(thrown instanceof SlackCallError) || thrown.failure === 'refused') throw thrown;
        if (performance.now() > giveUpAtMs) throw thrown;
        uncertain = thrown.failure === 'unknown' || (uncertain && thrown.failure === 'unsent');
        if (thrown.failure === 'rate-limited') continue;
        failures += 1;
        await wait(pauseMs(failures), signal);
      }
    }
  }

  private async keepPace(method: SlackApiMethod, args: Arguments): Promise<void> {
    if (method !== 'chat.postMessage') return;
    await wait(this.pace.take(String(args['channel'])), this.lifetime.signal);
  }

  private async call(using: webApi.WebClient, method: SlackApiMethod, args: Arguments): Promise<Fields> {
    this.lifetime.signal.throwIfAborted();
    await assertHeld();
    this.budget.note(method);
    try {
      const result: Fields = { ...(await using.apiCall(method, args)) };
      this.observer.apiCalled(method, 'success');
      const scopes: unknown = objectOf(result, 'response_metadata')['scopes'];
      if (Array.isArray(scopes)) this.health.mayDo(scopes);
      return result;
    } catch (thrown) {
      const error = toCallError(method, thrown);
      const limited = error.failure === 'rate-limited';
      this.observer.apiCalled(method, limited ? 'rate_limited' : 'error');
      if (error.failure === 'refused') this.health.refused(error.code);
      if (limited) this.gates.hold(method, error.retryAfterMs);
      throw error;
    }
  }
}

function client(options: ActiveSlackOptions): webApi.WebClient {
  return new webApi.WebClient(options.botToken, {
    slackApiUrl: options.apiUrl,
    timeout: callTimeoutMs,
    // Whether and when to repeat a call is decided here, knowing what it is for.
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: sdkLogger(),
    allowAbsoluteUrls: false,
  });
}

function pauseMs(failures: number): number {
  const pause = Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - 1));
  return pause * (0.75 + Math.random() / 2);
}
