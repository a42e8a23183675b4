import { Inject, Injectable } from '@nestjs/common';
import { LanguageModel, RunbookSearch } from '@jamie/core';
import { LRUCache } from 'lru-cache';
import { Features } from '../delivery/features';
import { SlackApi } from '../delivery/slack-api';
import { SlackCallError } from '../delivery/slack-call-error';
import { type ActiveSlackOptions, SLACK_OPTIONS } from '../slack-options';
import { homeView } from './home-view';

const maxPeople = 1000;
// People switch tabs to and fro; what they see need not be newer than this.
const publishedForMs = 5000;
const suggestedForMs = 600_000;

/** https://docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts: at most four. */
const prompts = [
  { title: 'What does an alert mean?', message: 'What does KubePodCrashLooping mean?' },
  {
    title: 'What do I do first?',
    message: 'A service answers with errors since the last deployment. What do I do first?',
  },
  {
    title: 'A disk is filling up',
    message: 'The disk of a node is filling up. How do I find out what fills it?',
  },
  { title: 'Hand over the shift', message: 'What belongs into an on-call hand-over?' },
];

/** Where the Home tab's facts come from. */
@Injectable()
export class HomeTools {
  constructor(
    readonly model: LanguageModel,
    readonly runbooks: RunbookSearch,
  ) {}
}

/** What people see of Jamie before they have asked anything. */
@Injectable()
export class HomeTab {
  private readonly published = new LRUCache<string, true>({ max: maxPeople, ttl: publishedForMs });
  private readonly suggested = new LRUCache<string, true>({ max: maxPeople, ttl: suggestedForMs });
  private readonly model: LanguageModel;
  private readonly runbooks: RunbookSearch;
  private readonly version: string;

  constructor(
    private readonly api: SlackApi,
    private readonly features: Features,
    facts: HomeTools,
    @Inject(SLACK_OPTIONS) options: ActiveSlackOptions,
  ) {
    this.model = facts.model;
    this.runbooks = facts.runbooks;
    this.version = options.version;
  }

  /** Shows this person what state Jamie is in. */
  async publish(user: string): Promise<void> {
    if (this.published.has(user)) return;
    this.published.set(user, true);
    const facts = { modelName: this.model.name, model: this.model.status(), runbooks: this.runbooks.count() };
    const view = homeView({ ...facts, version: this.version });
    const shown = await this.tried(() => this.api.try('views.publish', { user_id: user, view }));
    if (!shown) this.published.delete(user);
  }

  /** Offers questions. In the older assistant view they belong to a thread. */
  async suggest(channel: string, threadTs?: string): Promise<void> {
    const key = `${channel}:${threadTs ?? ''}`;
    if (this.suggested.has(key) || !this.features.has('status')) return;
    this.suggested.set(key, true);
    const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
    const args = { channel_id: channel, prompts, title: 'Ask me, for example:', ...thread };
    await this.tried(() => this.api.try('assistant.threads.setSuggestedPrompts', args));
  }

  /** Nothing here is worth a second attempt: people come back. */
  private async tried(call: () => Promise<unknown>): Promise<boolean> {
    try {
      await call();
      return true;
    } catch (thrown) {
      if (!(thrown instanceof SlackCallError)) throw thrown;
      return false;
    }
  }
}
