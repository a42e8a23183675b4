import { Injectable } from '@nestjs/common';
import { SlackApi } from '../delivery/slack-api';
import { SlackCallError } from '../delivery/slack-call-error';
import { wait } from '../delivery/wait';
import { objectOf, textOf } from '../fields';
import { SlackHealth } from './slack-health';

/** Who Jamie is in Slack. */
export interface Identity {
  readonly teamId: string;
  readonly botUserId: string;
  readonly botId: string;
  /** Undefined when Slack did not tell. */
  readonly appId: string | undefined;
}

const retryMs = 60_000;
const longestRetryMs = 600_000;

/** Asks Slack who Jamie is, until it answers. */
@Injectable()
export class IdentityCheck {
  private readonly stop = new AbortController();
  private known: Identity | undefined;
  private resolve: (identity: Identity) => void = () => undefined;
  private reject: (reason: Error) => void = () => undefined;
  private readonly whenKnown = new Promise<Identity>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });

  constructor(
    private readonly api: SlackApi,
    private readonly health: SlackHealth,
  ) {
    this.whenKnown.catch(() => undefined);
  }

  get current(): Identity | undefined {
    return this.known;
  }

  /** Waits until Slack has told. Throws after `close`. */
  identity(): Promise<Identity> {
    return this.whenKnown;
  }

  /** Resolves when Slack has told, or after `close`. */
  async establish(): Promise<Identity | undefined> {
    for (let pauseMs = retryMs; this.known === undefined && !this.stop.signal.aborted; pauseMs *= 2) {
      try {
        await this.ask();
      } catch (thrown) {
        this.explain(thrown);
        await wait(Math.min(pauseMs, longestRetryMs), this.stop.signal).catch(() => undefined);
      }
    }
    return this.known;
  }

  close(): void {
    this.stop.abort();
    this.reject(new Error('Slack was closed before it had told who Jamie is'));
  }

  private async ask(): Promise<void> {
    const told = await this.api.insist({ method: 'auth.test', args: {}, read: (fields) => fields });
    const botId = textOf(told, 'bot_id') ?? '';
    this.known = {
      teamId: textOf(told, 'team_id') ?? '',
      botUserId: textOf(told, 'user_id') ?? '',
      botId,
      appId: await this.appOf(botId),
    };
    this.resolve(this.known);
  }

  private async appOf(bot: string): Promise<string | undefined> {
    try {
      return textOf(objectOf(await this.api.try('bots.info', { bot }), 'bot'), 'app_id');
    } catch {
      return undefined;
    }
  }

  private explain(thrown: unknown): void {
    if (this.stop.signal.aborted) return;
    const code = thrown instanceof SlackCallError ? thrown.code : 'unexpected';
    this.health.refused(code);
    if (!SlackHealth.isDeadToken(code)) this.health.down(`Slack cannot be reached (${code}).`);
  }
}
