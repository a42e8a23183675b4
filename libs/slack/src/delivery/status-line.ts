import type { Ask } from '../asks/ask';
import type { Features } from './features';
import { type Place, isClosed } from './place';
import type { SlackApi } from './slack-api';
import { SlackCallError } from './slack-call-error';

/** Status texts leave room for the first ones, which tell people that they were heard. */
const laterShare = 0.6;
const titleCharacters = 80;

/**
 * The line below a thread that says what is going on, and in direct messages the session with its Stop button.
 * https://docs.slack.dev/reference/methods/assistant.threads.setStatus, agents.sessions.setStatus
 */
export class StatusLine {
  private shown = false;
  private sessionOpen = false;
  private first = true;

  constructor(
    private readonly tools: { readonly api: SlackApi; readonly features: Features },
    private readonly place: Place,
    private readonly ask: Ask,
  ) {}

  /** Opens the session, where there are sessions. */
  async open(): Promise<void> {
    const { api, features } = this.tools;
    if (!this.ask.direct || !features.has('sessions')) return;
    const { title } = this;
    const args = {
      ...this.session('processing'),
      initiator_user_id: this.ask.userId,
      ...(title && { title }),
    };
    try {
      await api.try('agents.sessions.setStatus', args);
      this.sessionOpen = true;
    } catch (thrown) {
      if (!(thrown instanceof SlackCallError)) throw thrown;
      this.sessionOpen = thrown.failure === 'unknown';
      features.isAbsent('sessions', thrown);
    }
  }

  /** Gives the conversation its title in the older assistant view; a session has got it when it was opened. */
  async entitle(): Promise<void> {
    const { api, features } = this.tools;
    const { title } = this;
    const { channel: channel_id, threadTs: thread_ts } = this.place;
    const withTitle = this.ask.direct && !features.has('sessions') && features.has('titles');
    if (!withTitle || title === '') return;
    try {
      await api.try('assistant.threads.setTitle', { channel_id, thread_ts, title });
    } catch (thrown) {
      if (!(thrown instanceof SlackCallError)) throw thrown;
      if (thrown.failure === 'refused') features.turnOff('titles', thrown);
    }
  }

  /** False when it cannot be shown here. Throws SlackCallError when nothing can be said in this place. */
  async say(text: string): Promise<boolean> {
    const { api, features } = this.tools;
    if (!features.has('status') || this.place.threadTs === undefined) return false;
    const share = this.first ? 1 : laterShare;
    try {
      await api.try('assistant.threads.setStatus', this.status(`is ${text}…`), share);
      this.first = false;
      this.shown = true;
      return true;
    } catch (thrown) {
      if (!(thrown instanceof SlackCallError)) throw thrown;
      if (features.isAbsent('status', thrown)) return false;
      if (isClosed(thrown)) throw thrown;
      this.shown ||= thrown.failure === 'unknown';
      return !this.first;
    }
  }

  /** Slack takes the status away when the app posts. */
  posted(): void {
    this.shown = false;
  }

  /** Nothing is left that promises an answer. */
  async close(): Promise<void> {
    const { api } = this.tools;
    const calls = [
      ...(this.shown ? [{ method: 'assistant.threads.setStatus', args: this.status('') } as const] : []),
      ...(this.sessionOpen
        ? [{ method: 'agents.sessions.setStatus', args: this.session('active') } as const]
        : []),
    ];
    for (const call of calls) {
      try {
        await api.insist({ ...call, read: () => true });
      } catch (thrown) {
        if (!(thrown instanceof SlackCallError)) throw thrown;
      }
    }
  }

  private get title(): string {
    return this.ask.text.split('\n', 1)[0]?.slice(0, titleCharacters) ?? '';
  }

  private status(status: string) {
    return { channel_id: this.place.channel, thread_ts: this.place.threadTs, status };
  }

  private session(status: 'processing' | 'active') {
    return { channel_id: this.place.channel, thread_ts: this.place.threadTs, status };
  }
}
