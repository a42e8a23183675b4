import { checkBlocks } from '../blocks/validate';
import { Checker } from '../blocks/checker';
import { limits } from '../blocks/limits';
import { isJson, objectsIn, textField, type Json } from '../json';
import { tiers } from '../rate-limits';
import { homeTeam } from '../world/cast';
import type { View } from '../world/model';
import { ApiError, invalidArguments } from './api-error';
import type { Method, MethodCall } from './method';

/** @throws ApiError; sizes by docs.slack.dev, reference/views. */
function readView(call: MethodCall, types: readonly string[]): Json {
  const content = call.args.object('view', 'invalid_arguments');
  if (content === undefined) throw invalidArguments('missing required field: view');
  if (JSON.stringify(content).length > limits.viewBytes) throw new ApiError('view_too_large');
  const type = String(content['type']);
  if (!types.includes(type)) throw invalidArguments(`unsupported type: ${type} [json-pointer:/view/type]`);
  const checker = new Checker();
  if (!Array.isArray(content['blocks'])) checker.problem('missing required field: blocks', '/view');
  checker.optionalText(content['callback_id'], '/view/callback_id', limits.id);
  checkPrivateMetadata(checker, content);
  if (type === 'modal') checkModal(checker, content);
  if (checker.problems.length > 0) throw invalidArguments(checker.problems.join('; '));
  checkBlocks(objectsIn(content['blocks']), type === 'modal' ? 'modal' : 'home');
  return content;
}

function checkPrivateMetadata(checker: Checker, content: Json): void {
  const metadata = textField(content, 'private_metadata') ?? '';
  if (metadata.length > limits.privateMetadata) checker.problem('is too long', '/view/private_metadata');
}

function checkModal(checker: Checker, content: Json): void {
  const rule = { limit: limits.viewTitle, kind: 'plain_text' } as const;
  checker.textObject(content['title'], '/view/title', rule);
  for (const name of ['submit', 'close']) {
    if (content[name] !== undefined) checker.textObject(content[name], `/view/${name}`, rule);
  }
  const asks = objectsIn(content['blocks']).some(({ type }) => type === 'input');
  if (asks && !isJson(content['submit'])) checker.problem('missing required field: submit', '/view');
}

function made(call: MethodCall, userId: string, content: Json, id?: string): View {
  const { random } = call.slack;
  return { id: id ?? random.id('V'), userId, content, hash: `${Date.now()}.${random.id('', 8)}` };
}

/** docs.slack.dev, view objects. */
export function renderView(view: View): Json {
  return {
    ...view.content,
    id: view.id,
    team_id: homeTeam.id,
    app_id: 'A0JAMIE',
    bot_id: 'B0JAMIE',
    hash: view.hash,
    state: { values: {} },
    root_view_id: view.id,
    previous_view_id: null,
    external_id: textField(view.content, 'external_id') ?? '',
    private_metadata: textField(view.content, 'private_metadata') ?? '',
    callback_id: textField(view.content, 'callback_id') ?? '',
  };
}

function publish(call: MethodCall): Json {
  const { world, journal } = call.slack;
  const userId = call.args.text('user_id');
  if (world.users.every(({ id }) => id !== userId))
    throw invalidArguments('user not found [json-pointer:/user_id]');
  const content = readView(call, ['home']);
  const current = world.homes.get(userId);
  const hash = call.args.optionalText('hash');
  if (hash !== undefined && hash !== current?.hash) throw new ApiError('hash_conflict');
  const view = made(call, userId, content, current?.id);
  world.homes.set(userId, view);
  journal.note('world', `Home of ${userId} published`);
  return { view: renderView(view) };
}

function open(call: MethodCall): Json {
  const content = readView(call, ['modal']);
  const trigger = call.slack.triggers.exchange(call.args.text('trigger_id'));
  if ('error' in trigger) throw new ApiError(trigger.error);
  const view = made(call, trigger.userId, content);
  call.slack.world.modals.set(view.id, view);
  call.slack.journal.note('world', `modal ${view.id} opened for ${trigger.userId}`);
  return { view: renderView(view) };
}

function update(call: MethodCall): Json {
  const { modals } = call.slack.world;
  const content = readView(call, ['modal']);
  const id = call.args.optionalText('view_id');
  const externalId = call.args.optionalText('external_id');
  const current = [...modals.values()].find(
    (view) => view.id === id || (externalId !== undefined && view.content['external_id'] === externalId),
  );
  if (current === undefined) throw new ApiError('not_found');
  const hash = call.args.optionalText('hash');
  if (hash !== undefined && hash !== current.hash) throw new ApiError('hash_conflict');
  const view = made(call, current.userId, content, current.id);
  modals.set(view.id, view);
  call.slack.journal.note('world', `modal ${view.id} updated`);
  return { view: renderView(view) };
}

const shared = { token: 'bot', scopes: [], perMinute: tiers.tier4 } as const;

export const viewMethods: readonly Method[] = [
  { ...shared, name: 'views.publish', required: ['user_id', 'view'], optional: ['hash'], run: publish },
  {
    ...shared,
    name: 'views.open',
    required: ['trigger_id', 'view'],
    optional: ['interactivity_pointer'],
    run: open,
  },
  {
    ...shared,
    name: 'views.update',
    required: ['view'],
    optional: ['view_id', 'external_id', 'hash'],
    run: update,
  },
];
