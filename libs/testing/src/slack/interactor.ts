import type { Ask } from './asks';
import type { Delivery, DeliveryRequest } from './events/delivery';
import {
  actionIdsIn,
  actionIn,
  blockActionsPayload,
  commandPayload,
  globalShortcutPayload,
  homeActionPayload,
  messageShortcutPayload,
  viewSubmissionPayload,
} from './interactivity/payloads';
import type { ResponseUrlSource } from './interactivity/response-urls';
import type { Json } from './json';
import type { Platform } from './platform';
import { renderView } from './web-api/views';
import type { Channel, Message, User } from './world/model';

export interface Interaction {
  readonly ask: Ask;
  /** The one attempt; Slack never repeats commands or clicks. */
  readonly delivered: Promise<Delivery>;
}

export interface ClickOptions {
  /** Which side of feedback buttons. */
  readonly value?: string;
  /** Clicks although the button is no longer there, as somebody with an old screen would. */
  readonly stale?: Json;
}

/** What a person does beside writing: commands, clicks, shortcuts, forms. */
export class Interactor {
  constructor(
    protected readonly slack: Platform,
    readonly user: User,
  ) {}

  /** Presses a button of a message as it stands now. @throws when there is no such button. */
  click(actionId: string, channelRef: string, ts: string, options: ClickOptions = {}): Interaction {
    const channel = this.slack.world.channel(channelRef);
    const message = this.#find(channel, ts);
    const blocks = [message.blocks, message.attachments];
    const action = options.stale ?? actionIn(blocks, actionId, options.value);
    if (action === undefined) throw noButton(actionId, actionIdsIn(blocks));
    const original = {
      original: message,
      ...(message.threadTs === undefined ? {} : { threadTs: message.threadTs }),
    };
    const { id, responseUrl } = this.#responseUrl({ kind: 'actions', ...this.#at(channel), ...original });
    const issued = { responseUrl, triggerId: this.slack.triggers.issue(this.user.id) };
    const payload = blockActionsPayload(this.slack, { user: this.user, channel, message, action }, issued);
    return this.#interact({ channel, payload, text: actionId, responseUrlId: id });
  }

  /** Presses a button of the Home tab. @throws when there is no such button. */
  clickHome(actionId: string): Interaction {
    const view = this.slack.world.homes.get(this.user.id);
    const action = actionIn(view?.content['blocks'], actionId);
    if (view === undefined || action === undefined) {
      throw noButton(actionId, actionIdsIn(view?.content['blocks']));
    }
    const pressed = { view: renderView(view), action, triggerId: this.slack.triggers.issue(this.user.id) };
    const channel = this.slack.world.directMessagesOf(this.user.id);
    return this.#interact({
      channel,
      payload: homeActionPayload(this.slack.app, this.user, pressed),
      text: actionId,
    });
  }

  /** A global shortcut or, with a message, a message shortcut. */
  shortcut(callbackId: string, channelRef?: string, messageTs?: string): Interaction {
    const triggerId = this.slack.triggers.issue(this.user.id);
    if (channelRef === undefined || messageTs === undefined) {
      const payload = globalShortcutPayload(this.slack.app, this.user, { callbackId, triggerId });
      return this.#interact({
        channel: this.slack.world.directMessagesOf(this.user.id),
        payload,
        text: callbackId,
      });
    }
    const channel = this.slack.world.channel(channelRef);
    const message = this.#find(channel, messageTs);
    const { id, responseUrl } = this.#responseUrl({
      kind: 'actions',
      ...this.#at(channel),
      original: message,
    });
    const chosen = { user: this.user, channel, message };
    const payload = messageShortcutPayload(this.slack, chosen, { callbackId, responseUrl, triggerId });
    return this.#interact({ channel, payload, text: callbackId, responseUrlId: id });
  }

  /** Sends an open form off; `values` by block id, then action id. */
  submitView(viewId: string, values: Json): Interaction {
    const view = this.slack.world.modals.get(viewId);
    if (view === undefined) throw new Error(`There is no open view ${viewId}`);
    const submitted = { view: renderView(view), values, triggerId: this.slack.triggers.issue(this.user.id) };
    const payload = viewSubmissionPayload(this.slack.app, this.user, submitted);
    return this.#interact({
      channel: this.slack.world.directMessagesOf(this.user.id),
      payload,
      text: viewId,
      acceptsResponse: true,
    });
  }

  protected runCommand(said: { command: string; text: string }, channel: Channel): Interaction {
    const { id, responseUrl } = this.#responseUrl({ kind: 'commands', ...this.#at(channel) });
    const issued = { ...said, responseUrl, triggerId: this.slack.triggers.issue(this.user.id) };
    const payload = commandPayload(this.slack.app, { user: this.user, channel }, issued);
    const ask = this.slack.asks.add({
      kind: 'command',
      userId: this.user.id,
      channelId: channel.id,
      responseUrlId: id,
      text: said.text,
      expect: this.user.restricted || channel.extShared ? 'any' : 'answer',
    });
    const request = { kind: 'slash_commands', type: said.command, payload, acceptsResponse: true } as const;
    return { ask, delivered: this.#deliver(ask, request, channel) };
  }

  #interact(what: {
    channel: Channel;
    payload: Json;
    text: string;
    responseUrlId?: string;
    acceptsResponse?: boolean;
  }): Interaction {
    const { channel, payload, text, responseUrlId } = what;
    const ask = this.slack.asks.add({
      kind: 'interaction',
      userId: this.user.id,
      channelId: channel.id,
      text,
      expect: 'any',
      ...(responseUrlId === undefined ? {} : { responseUrlId }),
    });
    const type = String(payload['type']);
    const request = {
      kind: 'interactive',
      type,
      payload,
      acceptsResponse: what.acceptsResponse ?? false,
    } as const;
    return { ask, delivered: this.#deliver(ask, request, channel) };
  }

  async #deliver(ask: Ask, request: DeliveryRequest, channel: Channel): Promise<Delivery> {
    this.slack.journal.note('ask', `${ask.id} by ${this.user.key}: ${request.type} ${ask.text}`);
    // docs.slack.dev, commands: clicks need no scope.
    if (request.type !== 'block_actions') this.#requireScope('commands');
    const delivery = await this.slack.deliverer.deliver(request);
    ask.deliveries = [delivery];
    if (delivery.outcome !== 'acked') this.slack.board.notice(this.user, channel.id, failureText(delivery));
    else if (request.kind === 'slash_commands' && ask.responseUrlId !== undefined) {
      this.slack.responseUrls.acknowledged(ask.responseUrlId, delivery.attempts.at(-1)?.response);
    }
    return delivery;
  }

  #requireScope(scope: string): void {
    const { scopes, exercised } = this.slack.app;
    if (!scopes.has(scope)) throw new Error(`The app lacks ${scope}, so Slack does not offer this`);
    exercised.add(scope);
  }

  #responseUrl(source: ResponseUrlSource): { id: string; responseUrl: string } {
    const { id, path } = this.slack.responseUrls.issue(source);
    return { id, responseUrl: `${this.slack.baseUrl}${path}` };
  }

  #at(channel: Channel): { userId: string; channelId: string } {
    return { userId: this.user.id, channelId: channel.id };
  }

  #find(channel: Channel, ts: string): Message {
    const { world } = this.slack;
    const ephemeral = world.ephemerals.find(
      (message) => message.ts === ts && message.visibleTo === this.user.id,
    );
    const message = world.find(channel.id, ts) ?? ephemeral;
    if (message === undefined) throw new Error(`There is no message ${ts} in ${channel.name}`);
    return message;
  }
}

// docs.slack.dev, slash commands: what the person reads when the app does not acknowledge.
function failureText(delivery: Delivery): string {
  if (delivery.kind !== 'slash_commands') {
    return 'Operation timed out. Apps need to respond within three seconds.';
  }
  const late = delivery.attempts.at(-1)?.status === undefined;
  return `${delivery.type} failed with the error "${late ? 'operation_timeout' : 'dispatch_failed'}"`;
}

function noButton(actionId: string, present: readonly string[]): Error {
  return new Error(`There is no button ${actionId}; on show: ${present.join(', ')}`);
}
