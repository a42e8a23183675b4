import { isJson, objectsIn, textField, type Json } from '../json';
import type { Message, MessageVersion } from './model';

/** A piece of text of one message, with the place it stands in. */
export interface Passage {
  readonly where: string;
  readonly text: string;
  /** plain_text objects never ping anybody. */
  readonly plain: boolean;
}

// Fields of blocks and attachments that hold no text a person reads.
const machineFields = new Set([
  'type',
  'block_id',
  'action_id',
  'url',
  'style',
  'image_url',
  'thumb_url',
  'icon',
  'task_id',
  'status',
  'color',
  'callback_id',
  'language',
]);

// An attachment's fields show their values; the value of a button or option is the app's own.
function isForMachines(name: string, where: string): boolean {
  return machineFields.has(name) || (name === 'value' && !where.startsWith('attachments'));
}

/** Every text a person can read in blocks or attachments, in reading order. */
export function passagesIn(value: unknown, where: string, plain = false): Passage[] {
  if (typeof value === 'string') return value === '' ? [] : [{ where, text: value, plain }];
  if (Array.isArray(value))
    return value.flatMap((item, index) => passagesIn(item, `${where}/${index}`, plain));
  if (!isJson(value)) return [];
  const spoken = spokenElement(value, where);
  if (spoken !== undefined) return spoken;
  const isPlain = plain || value['type'] === 'plain_text';
  return Object.entries(value).flatMap(([name, field]) =>
    isForMachines(name, where) ? [] : passagesIn(field, `${where}/${name}`, isPlain),
  );
}

/** The rich_text elements that are mentions by their type, not by their text. */
function spokenElement(element: Json, where: string): Passage[] | undefined {
  const said = (text: string): Passage[] => [{ where, text, plain: false }];
  switch (element['type']) {
    case 'user':
      return said(`<@${String(element['user_id'])}>`);
    case 'usergroup':
      return said(`<!subteam^${String(element['usergroup_id'])}>`);
    case 'broadcast':
      return said(`<!${String(element['range'])}>`);
    case 'emoji':
      return said(`:${String(element['name'])}:`);
    case 'link':
      return said(textField(element, 'text') ?? String(element['url']));
    case 'rich_text_section':
    case 'rich_text_preformatted':
    case 'rich_text_quote':
      return [joined(element, where)];
    default:
      return undefined;
  }
}

function joined(section: Json, where: string): Passage {
  const parts = objectsIn(section['elements']).flatMap((element) => passagesIn(element, where));
  return { where, text: parts.map(({ text }) => text).join(''), plain: false };
}

export function passagesOf(version: MessageVersion): Passage[] {
  return [
    ...(version.text === '' ? [] : [{ where: 'text', text: version.text, plain: false }]),
    ...version.tasks.flatMap((task) =>
      passagesIn([task.title, task.details, task.output, task.sources], `task ${task.id}`),
    ),
    ...passagesIn(version.blocks, 'blocks'),
    ...passagesIn(version.attachments, 'attachments'),
  ];
}

export function versionOf(message: Message): MessageVersion {
  const { text, blocks, attachments } = message;
  return { text, blocks, attachments, tasks: [...(message.stream?.tasks.values() ?? [])] };
}

/** What a client shows: blocks in place of the text where there are any (docs.slack.dev, chat.postMessage). */
export function visibleText(message: Message): string {
  const passages = passagesOf(versionOf(message));
  // An update replaces what was streamed.
  const streamed = message.stream !== undefined && message.markdown;
  const blocksRule = message.blocks.length > 0 && !streamed;
  return passages
    .filter(({ where }) => !(blocksRule && where === 'text'))
    .map(({ text }) => text)
    .join('\n');
}

/** The rich_text block that Slack makes of a message that came as text alone. */
export function generatedBlocks(text: string): Json[] {
  if (text === '') return [];
  const elements = text
    .split(/(<[^<>]+>)/)
    .filter((part) => part !== '')
    .map(elementFrom);
  const section = { type: 'rich_text_section', elements };
  return [{ type: 'rich_text', block_id: 'gen', elements: [section] }];
}

function elementFrom(part: string): Json {
  const inner = /^<(.+)>$/.exec(part)?.[1];
  if (inner === undefined) return { type: 'text', text: unescaped(part) };
  const target = inner.split('|')[0] ?? inner;
  if (target.startsWith('@')) return { type: 'user', user_id: target.slice(1) };
  if (target.startsWith('#')) return { type: 'channel', channel_id: target.slice(1) };
  if (target.startsWith('!subteam^')) return { type: 'usergroup', usergroup_id: target.slice(9) };
  if (target.startsWith('!')) return { type: 'broadcast', range: target.slice(1) };
  return { type: 'link', url: target };
}

/** docs.slack.dev, formatting message text: only these three, once. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
