import { Injectable } from '@nestjs/common';
import { Threads } from '../asks/threads';
import { StoppedByPerson } from '../delivery/live-message';
import { type Json, objectOf, textOf } from '../fields';
import { HomeTab } from '../home/home-tab';
import { SlackHealth } from '../transport/slack-health';

/** Everything from Slack that asks nothing. */
@Injectable()
export class SideEvents {
  constructor(
    private readonly threads: Threads,
    private readonly home: HomeTab,
    private readonly health: SlackHealth,
  ) {}

  deleted(body: Json): void {
    const event = objectOf(body, 'event');
    this.threads.withdraw(textOf(event, 'channel') ?? '', textOf(event, 'deleted_ts') ?? '');
  }

  stopped(body: Json): void {
    const event = objectOf(body, 'event');
    this.threads.stop(
      textOf(event, 'channel') ?? '',
      textOf(event, 'thread_ts') ?? '',
      new StoppedByPerson(),
    );
  }

  async tabOpened(body: Json): Promise<void> {
    const event = objectOf(body, 'event');
    const [user, channel] = [textOf(event, 'user'), textOf(event, 'channel')];
    if (textOf(event, 'tab') === 'home' && user !== undefined) await this.home.publish(user);
    else if (channel !== undefined) await this.home.suggest(channel);
  }

  /** The older assistant view, which has threads before it has questions. */
  async threadStarted(body: Json): Promise<void> {
    const thread = objectOf(objectOf(body, 'event'), 'assistant_thread');
    const [channel, threadTs] = [textOf(thread, 'channel_id'), textOf(thread, 'thread_ts')];
    if (channel !== undefined) await this.home.suggest(channel, threadTs);
  }

  /** People may take back tokens of their own; only the bot's is of interest. */
  revoked(body: Json): void {
    const { bot } = objectOf(objectOf(body, 'event'), 'tokens');
    if (Array.isArray(bot) && bot.length > 0) this.uninstalled();
  }

  uninstalled(): void {
    this.health.refused('token_revoked');
  }
}
