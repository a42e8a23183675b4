import type { Ask, AskKind, Expectation } from './asks';
import type { Deliveries } from './events/event-source';
import type { Delivery, DeliveryPlan } from './events/delivery';
import { homeTeam } from './world/cast';
import type { Json } from './json';
import type { Platform } from './platform';
import type { Channel, FileRecord, Message } from './world/model';
import { escaped } from './world/text';
import { Interactor, type Interaction } from './interactor';

export interface SayOptions {
  readonly threadTs?: string;
  /** Reply also shown in the channel. */
  readonly broadcast?: boolean;
  readonly files?: readonly { readonly name: string; readonly content: string }[];
  readonly blocks?: readonly Json[];
  /** The text is sent as it is, with `<…>` of the caller's own; otherwise it is escaped as Slack does. */
  readonly raw?: boolean;
  readonly delivery?: DeliveryPlan;
  /** What the verdict expects; found out from who, where and what when absent. */
  readonly expect?: Expectation;
}

/** Something said, and what became of its delivery. */
export interface Said {
  readonly ask: Ask;
  readonly channel: string;
  readonly ts: string;
  /** The thread in which an answer belongs. */
  readonly threadTs: string;
  /** Ends when every event of it was acknowledged or given up. */
  readonly delivered: Promise<readonly Delivery[]>;
}

/** One person or bot, acting in Slack. */
export class Actor extends Interactor {
  /** Writes in a channel. */
  say(channelRef: string, text: string, options: SayOptions = {}): Said {
    const channel = this.slack.world.channel(channelRef);
    return this.#speak(channel, options.raw === true ? text : escaped(text), { kind: 'message', ...options });
  }

  /** Writes in a channel and names the app: where `@jamie` stands in the text, else in front of it. */
  mention(channelRef: string, text: string, options: SayOptions = {}): Said {
    const tag = `<@${this.slack.app.userId}>`;
    const said = options.raw === true ? text : escaped(text);
    const full = said.includes('@jamie') ? said.replaceAll('@jamie', tag) : `${tag} ${said}`.trimEnd();
    return this.#speak(this.slack.world.channel(channelRef), full, { kind: 'mention', ...options });
  }

  /** Writes to the app in private. */
  directMessage(text: string, options: SayOptions = {}): Said {
    const channel = this.slack.world.directMessagesOf(this.user.id);
    return this.#speak(channel, options.raw === true ? text : escaped(text), { kind: 'direct', ...options });
  }

  /** Rewrites a message of one's own. Adding a mention that was not there sends an app_mention, too. */
  edit(said: Pick<Said, 'channel' | 'ts'>, text: string): Deliveries {
    const message = this.#message(said);
    const tag = `<@${this.slack.app.userId}>`;
    const had = message.text.includes(tag);
    const next = escaped(text).replaceAll('@jamie', tag);
    const delivered = this.slack.board.update(message, (changed) => {
      changed.text = next;
      changed.edited = { user: this.user.id, ts: this.slack.world.nextTs() };
    });
    if (had || !next.includes(tag)) return delivered;
    return Promise.all([delivered, this.slack.board.mentionAdded(message)]).then((lists) => lists.flat());
  }

  /** Takes a message of one's own back; whether it is still answered is open from then on. */
  delete(said: Pick<Said, 'channel' | 'ts'>): Deliveries {
    const ask = this.slack.asks.of(said.channel, said.ts);
    if (ask !== undefined) ask.expect = 'any';
    return this.slack.board.remove(this.#message(said));
  }

  react(said: Pick<Said, 'channel' | 'ts'>, name: string): Deliveries {
    const message = this.#message(said);
    message.reactions.set(name, (message.reactions.get(name) ?? new Set<string>()).add(this.user.id));
    return this.slack.board.other({
      type: 'reaction_added',
      user: this.user.id,
      reaction: name,
      item: { type: 'message', channel: message.channelId, ts: message.ts },
      item_user: message.userId,
    });
  }

  /** docs.slack.dev, app_home_opened: `view` is absent until one was published. */
  openHome(): Deliveries {
    return this.#openTab('home');
  }

  /** Opens the older assistant view: a thread with a root that nobody sees. */
  openAssistant(): { readonly threadTs: string; readonly delivered: Deliveries } {
    const { world, board } = this.slack;
    const channel = world.directMessagesOf(this.user.id);
    const root = world.create({
      channelId: channel.id,
      via: 'slack',
      userId: this.slack.app.userId,
      text: 'New Assistant Thread',
    });
    const thread = { user_id: this.user.id, context: {}, channel_id: channel.id, thread_ts: root.ts };
    const delivered = board.other({ type: 'assistant_thread_started', assistant_thread: thread });
    return { threadTs: root.ts, delivered };
  }

  openMessagesTab(): Deliveries {
    return this.#openTab('messages');
  }

  /** Presses Stop on the answers that are being written in a thread. */
  stopStream(threadTs: string, channelRef = this.slack.world.directMessagesOf(this.user.id).id): Deliveries {
    const { world, board, asks, statuses } = this.slack;
    const channel = world.channel(channelRef);
    const running = world
      .thread(channel.id, threadTs)
      .filter(({ stream }) => stream?.state === 'in_progress');
    for (const message of running) {
      void board.append(message, ({ stream }) => void (stream !== undefined && (stream.state = 'stopped')));
    }
    for (const ask of asks.all)
      if (ask.rootTs === threadTs && ask.channelId === channel.id) ask.expect = 'any';
    if (statuses.get(channel.id, threadTs)?.kind === 'session')
      statuses.setSession(channel.id, threadTs, 'active');
    return board.other({
      type: 'agent_session_stopped',
      channel: channel.id,
      user: this.user.id,
      thread_ts: threadTs,
      streaming_message_ts: running.map(({ ts }) => ts),
    });
  }

  /** Types a command in a channel or, without one, to the app in private. */
  command(command: string, text: string, channelRef?: string): Interaction {
    return this.runCommand({ command, text }, this.#place(channelRef));
  }

  #place(channelRef: string | undefined): Channel {
    const { world } = this.slack;
    return channelRef === undefined ? world.directMessagesOf(this.user.id) : world.channel(channelRef);
  }

  #openTab(tab: 'home' | 'messages'): Deliveries {
    const channel = this.slack.world.directMessagesOf(this.user.id);
    const view = this.slack.world.homes.get(this.user.id);
    const seen = view === undefined ? {} : { view: { ...view.content, id: view.id, hash: view.hash } };
    return this.slack.board.other({
      type: 'app_home_opened',
      user: this.user.id,
      channel: channel.id,
      tab,
      ...seen,
    });
  }

  #speak(channel: Channel, text: string, said: SayOptions & { kind: AskKind }): Said {
    const { board, asks } = this.slack;
    const files = this.#files(said.files ?? []);
    const { message, delivered } = board.post(
      this.#draft(channel, text, { ...said, attached: files }),
      said.delivery,
    );
    const ask = asks.add({
      kind: this.user.botId === undefined ? said.kind : 'bot',
      userId: this.user.id,
      channelId: channel.id,
      ts: message.ts,
      rootTs: said.threadTs ?? message.ts,
      text,
      expect: said.expect ?? this.#expectation(channel, message, said.kind),
    });
    this.slack.journal.note('ask', `${ask.id} by ${this.user.key}, expecting ${ask.expect}`);
    const kept = delivered.then((deliveries) => (ask.deliveries = deliveries));
    return {
      ask,
      channel: channel.id,
      ts: message.ts,
      threadTs: said.threadTs ?? message.ts,
      delivered: kept,
    };
  }

  #draft(
    channel: Channel,
    text: string,
    said: SayOptions & { attached: readonly FileRecord[] },
  ): Parameters<Platform['board']['post']>[0] {
    const { user } = this;
    return {
      channelId: channel.id,
      via: 'person',
      text,
      userId: user.id,
      teamId: user.teamId,
      files: said.attached,
      ...(user.botId === undefined ? {} : { botId: user.botId }),
      ...(user.appId === undefined ? {} : { appId: user.appId }),
      ...(said.threadTs === undefined ? {} : { threadTs: said.threadTs }),
      ...(said.broadcast === true ? { broadcast: true, subtype: 'thread_broadcast' } : {}),
      ...(said.attached.length > 0 ? { subtype: 'file_share' } : {}),
      ...(said.blocks === undefined ? {} : { blocks: said.blocks }),
    };
  }

  #files(files: readonly { name: string; content: string }[]): FileRecord[] {
    return files.map(({ name, content }) => {
      const bytes = Buffer.from(content);
      const id = this.slack.random.id('F');
      const file = {
        id,
        name,
        title: name,
        mimetype: 'text/plain',
        lengthBytes: bytes.length,
        content: bytes,
        shared: true,
      };
      this.slack.world.files.set(id, file);
      return file;
    });
  }

  // Who may be answered at all is the app's own policy where guests and other companies are concerned.
  #expectation(channel: Channel, message: Message, kind: AskKind): Expectation {
    if (this.user.botId !== undefined || !this.slack.board.reaches(message)) return 'silence';
    if (kind === 'message' && !this.#takesPart(channel, message)) return 'silence';
    const outsider = this.user.restricted || this.user.teamId !== homeTeam.id;
    return outsider || channel.extShared || channel.pendingExtShared ? 'any' : 'answer';
  }

  /** Whether the app was named or has spoken in the thread before. */
  #takesPart(channel: Channel, message: Message): boolean {
    if (message.threadTs === undefined) return channel.kind === 'im';
    const tag = `<@${this.slack.app.userId}>`;
    const earlier = this.slack.world
      .thread(channel.id, message.threadTs)
      .filter(({ ts }) => ts !== message.ts);
    return channel.kind === 'im' || earlier.some(({ own, text }) => own || text.includes(tag));
  }

  #message(said: Pick<Said, 'channel' | 'ts'>): Message {
    const message = this.slack.world.find(said.channel, said.ts);
    if (message === undefined) throw new Error(`There is no message ${said.ts} in ${said.channel}`);
    return message;
  }
}
