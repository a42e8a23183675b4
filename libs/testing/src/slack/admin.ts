import type { Deliveries } from './events/event-source';
import { compact, type Json } from './json';
import type { Features } from './options';
import type { Platform } from './platform';
import type { TokenState } from './world/app';
import { alertBot, makeChannel } from './world/cast';
import type { Channel, ChannelKind, Message } from './world/model';

/** What happens in a workspace around the app: channels, rights, other apps. */
export class Admin {
  constructor(private readonly slack: Platform) {}

  addChannel(id: string, name: string, kind: ChannelKind, changes: Partial<Channel> = {}): Channel {
    const channel = makeChannel(id, name, kind, changes);
    this.slack.world.channels.push(channel);
    return channel;
  }

  archive(channelRef: string): void {
    this.#change(channelRef, { archived: true });
  }

  lockThreads(channelRef: string): void {
    this.#change(channelRef, { threadsLocked: true });
  }

  makeReadOnly(channelRef: string): void {
    this.#change(channelRef, { readOnly: true });
  }

  shareWithPartner(channelRef: string): void {
    this.#change(channelRef, { extShared: true });
  }

  removeBot(channelRef: string): void {
    this.slack.world.channel(channelRef).members.delete(this.slack.app.userId);
    this.slack.journal.note('world', `jamie was removed from ${channelRef}`);
  }

  /** The bot's own joining comes back to it as an event and as a message of subtype channel_join. */
  async inviteBot(channelRef: string, inviterRef = 'engineer'): Deliveries {
    const { world, app, board } = this.slack;
    const channel = world.channel(channelRef);
    const inviter = world.user(inviterRef).id;
    channel.members.add(app.userId);
    const joined = {
      type: 'member_joined_channel',
      user: app.userId,
      channel: channel.id,
      team: 'T1',
      inviter,
    };
    const event = board.other({ ...joined, channel_type: channel.kind === 'public' ? 'C' : 'G' });
    const text = `<@${app.userId}> has joined the channel`;
    const draft = { channelId: channel.id, via: 'slack', userId: app.userId, subtype: 'channel_join', text };
    return [...(await event), ...(await board.post(draft).delivered)];
  }

  /** An incoming webhook's message: no text, everything in the attachments, as alerting tools do it. */
  postAlert(channelRef: string, attachments: readonly Json[]): { message: Message; delivered: Deliveries } {
    const channel = this.slack.world.channel(channelRef);
    const posted = this.slack.board.post({
      channelId: channel.id,
      via: 'webhook',
      subtype: 'bot_message',
      text: '',
      attachments,
      ...alertBot,
    });
    this.slack.asks.add({
      kind: 'bot',
      userId: alertBot.botId,
      channelId: channel.id,
      ts: posted.message.ts,
      rootTs: posted.message.ts,
      text: '',
      expect: 'silence',
    });
    return posted;
  }

  deleteMessage(channelRef: string, ts: string): Deliveries {
    const message = this.slack.world.find(this.slack.world.channel(channelRef).id, ts);
    if (message === undefined) throw new Error(`There is no message ${ts} in ${channelRef}`);
    return this.slack.board.remove(message);
  }

  /** Any other event, as far as the app is subscribed to it: `tokens_revoked`, `assistant_thread_started`. */
  sendEvent(event: Json): Deliveries {
    return this.slack.board.other(event);
  }

  deactivate(userRef: string): void {
    this.slack.world.user(userRef).deleted = true;
    this.slack.journal.note('world', `${userRef} was deactivated`);
  }

  /** From now on every call with that token fails so; `valid` gives it back. */
  setToken(kind: 'bot' | 'app', state: TokenState): void {
    if (kind === 'bot') this.slack.app.tokenState = state;
    else this.slack.app.appTokenState = state;
    this.slack.journal.note('world', `the ${kind} token is ${state}`);
  }

  dropScope(scope: string): void {
    this.slack.app.scopes.delete(scope);
  }

  grantScope(scope: string): void {
    this.slack.app.scopes.add(scope);
  }

  setFeatures(features: Partial<Features>): void {
    this.slack.app.features = { ...this.slack.app.features, ...features };
  }

  /** Caps one method, or `chat.postMessage:C0OPS`, per rate window. */
  limit(key: string, perMinute: number): void {
    this.slack.rateLimits.set(key, perMinute);
  }

  #change(channelRef: string, change: Partial<Channel>): void {
    Object.assign(this.slack.world.channel(channelRef), compact(change));
    this.slack.journal.note('world', `${channelRef} is now ${JSON.stringify(change)}`);
  }
}
