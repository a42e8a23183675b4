import { compact, isJson, type Json } from '../json';
import type { InstalledApp } from '../world/app';
import { homeTeam } from '../world/cast';
import type { Channel, Message, User } from '../world/model';
import { renderMessage } from '../world/render';
import type { World } from '../world/world';

const shownUser = (user: User): Json => ({
  id: user.id,
  username: user.key.toLowerCase(),
  name: user.key.toLowerCase(),
  team_id: user.teamId,
});

const shared = (app: InstalledApp, user: User): Json => ({
  user: shownUser(user),
  api_app_id: app.id,
  token: app.verificationToken,
  team: { id: homeTeam.id, domain: homeTeam.domain },
  enterprise: null,
  is_enterprise_install: false,
});

const shownChannel = (channel: Channel): Json => ({
  id: channel.id,
  name: channel.kind === 'im' ? 'directmessage' : channel.name,
});

/** docs.slack.dev, implementing slash commands. */
export function commandPayload(
  app: InstalledApp,
  asker: { user: User; channel: Channel },
  said: { command: string; text: string; responseUrl: string; triggerId: string },
): Json {
  const names: Partial<Record<Channel['kind'], string>> = { im: 'directmessage', private: 'privategroup' };
  return {
    token: app.verificationToken,
    team_id: homeTeam.id,
    team_domain: homeTeam.domain,
    channel_id: asker.channel.id,
    channel_name: names[asker.channel.kind] ?? asker.channel.name,
    user_id: asker.user.id,
    user_name: asker.user.key.toLowerCase(),
    command: said.command,
    text: said.text,
    api_app_id: app.id,
    is_enterprise_install: 'false',
    response_url: said.responseUrl,
    trigger_id: said.triggerId,
  };
}

/** bolt-python tests/scenario_tests/test_block_actions.py */
export function blockActionsPayload(
  setting: { app: InstalledApp; world: World },
  pressed: { user: User; channel: Channel; message: Message; action: Json },
  issued: { responseUrl: string; triggerId: string },
): Json {
  const { message, channel } = pressed;
  return {
    type: 'block_actions',
    ...shared(setting.app, pressed.user),
    container: compact({
      type: 'message',
      message_ts: message.ts,
      channel_id: channel.id,
      is_ephemeral: message.visibleTo !== undefined,
      thread_ts: message.threadTs,
    }),
    trigger_id: issued.triggerId,
    channel: shownChannel(channel),
    message: renderMessage(setting.world, message),
    state: { values: {} },
    response_url: issued.responseUrl,
    actions: [pressed.action],
  };
}

/** A press in a Home tab: a view in place of the message, no response_url. */
export function homeActionPayload(
  app: InstalledApp,
  user: User,
  pressed: { view: Json; action: Json; triggerId: string },
): Json {
  return {
    type: 'block_actions',
    ...shared(app, user),
    container: { type: 'view', view_id: pressed.view['id'] },
    view: pressed.view,
    trigger_id: pressed.triggerId,
    actions: [pressed.action],
  };
}

export function globalShortcutPayload(
  app: InstalledApp,
  user: User,
  said: { callbackId: string; triggerId: string },
): Json {
  return {
    type: 'shortcut',
    ...shared(app, user),
    action_ts: `${Date.now() / 1_000}`,
    callback_id: said.callbackId,
    trigger_id: said.triggerId,
  };
}

export function messageShortcutPayload(
  setting: { app: InstalledApp; world: World },
  chosen: { user: User; channel: Channel; message: Message },
  issued: { callbackId: string; responseUrl: string; triggerId: string },
): Json {
  return {
    type: 'message_action',
    ...shared(setting.app, chosen.user),
    callback_id: issued.callbackId,
    trigger_id: issued.triggerId,
    message_ts: chosen.message.ts,
    message: renderMessage(setting.world, chosen.message),
    channel: shownChannel(chosen.channel),
    response_url: issued.responseUrl,
    action_ts: `${Date.now() / 1_000}`,
  };
}

/** `values` by block id, then action id. */
export function viewSubmissionPayload(
  app: InstalledApp,
  user: User,
  submitted: { view: Json; values: Json; triggerId: string },
): Json {
  return {
    type: 'view_submission',
    ...shared(app, user),
    trigger_id: submitted.triggerId,
    view: { ...submitted.view, state: { values: submitted.values } },
    response_urls: [],
  };
}

/** The press of a button that is on show; undefined when there is none of that id. `value` picks a side. */
export function actionIn(blocks: unknown, actionId: string, value?: string): Json | undefined {
  for (const element of elementsIn(blocks)) {
    if (element['action_id'] !== actionId) continue;
    const said =
      element['type'] === 'feedback_buttons' ? (value ?? feedbackValue(element)) : element['value'];
    return compact({
      action_id: actionId,
      block_id: element['block_id'] ?? 'b1',
      text: element['text'],
      value: said,
      type: element['type'],
      action_ts: `${Date.now() / 1_000}`,
    });
  }
  return undefined;
}

function feedbackValue(element: Json): unknown {
  const positive = element['positive_button'];
  return isJson(positive) ? positive['value'] : undefined;
}

function elementsIn(value: unknown): Json[] {
  if (Array.isArray(value)) return value.flatMap(elementsIn);
  if (!isJson(value)) return [];
  const below = ['elements', 'accessory', 'blocks'].flatMap((name) => elementsIn(value[name]));
  return typeof value['action_id'] === 'string' ? [value, ...below] : below;
}

/** Buttons on show: their action ids. */
export function actionIdsIn(blocks: unknown): string[] {
  return elementsIn(blocks).map((element) => String(element['action_id']));
}
