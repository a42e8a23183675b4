import { type Json, isJson, listOf, textOf } from '../fields';

// Far deeper than Slack nests anything.
const deepest = 30;

/**
 * What a message says, as people read it: Slack's own syntax written out, and where the text is empty, as in the
 * messages of alerting tools, the text of its attachments and blocks. https://docs.slack.dev/messaging/formatting-message-text
 */
export function messageText(message: Json): string {
  const parts = [textOf(message, 'text') ?? ''];
  if (parts[0] === '') parts.push(...listOf(message, 'blocks').flatMap((block) => blockText(block)));
  parts.push(...listOf(message, 'attachments').flatMap(attachmentText));
  parts.push(...listOf(message, 'files').map((file) => `[file: ${textOf(file, 'name') ?? 'unnamed'}]`));
  const lines = parts.map(readable).filter((part) => part !== '');
  return lines.join('\n');
}

function attachmentText(attachment: Json): string[] {
  const fields = listOf(attachment, 'fields').map(
    (field) => `${textOf(field, 'title') ?? ''}: ${textOf(field, 'value') ?? ''}`,
  );
  const own = ['pretext', 'author_name', 'title', 'text'].map((name) => textOf(attachment, name) ?? '');
  const blocks = listOf(attachment, 'blocks').flatMap((block) => blockText(block));
  const said = [...own, ...fields, ...blocks, textOf(attachment, 'footer') ?? ''];
  return said.some((part) => part !== '') ? said : [textOf(attachment, 'fallback') ?? ''];
}

/** Every text below a block, in reading order; what stands inside one paragraph stays on one line. */
function blockText(block: Json, depth = 0): string[] {
  if (depth > deepest) return [];
  const inline = /^rich_text_(section|preformatted|quote)$/.test(textOf(block, 'type') ?? '');
  const below = ['text', 'fields', 'elements', 'title', 'accessory'].flatMap((name) =>
    textsIn(block[name], depth + 1),
  );
  const own = mentionText(block);
  const all = own === undefined ? below : [own];
  return inline ? [all.join('')] : all;
}

function textsIn(value: unknown, depth: number): string[] {
  if (typeof value === 'string') return [value];
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.flatMap((item) => (isJson(item) ? blockText(item, depth) : []));
}

function mentionText(element: Json): string | undefined {
  const type = textOf(element, 'type');
  if (type === 'user') return '@somebody';
  if (type === 'channel') return '#a-channel';
  if (type === 'broadcast') return `@${textOf(element, 'range') ?? 'channel'}`;
  if (type === 'emoji') return `:${textOf(element, 'name') ?? ''}:`;
  if (type === 'link') return textOf(element, 'text') ?? textOf(element, 'url');
  return type === 'button' || type === 'image' ? '' : undefined;
}

/** Slack's escapes and angle brackets, written out. Nobody's id goes to the model. */
export function readable(text: string): string {
  return text
    .replace(/<([^<>]+)>/g, (_, inner: string) => written(inner))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .trim();
}

function written(inner: string): string {
  const [target = '', label] = inner.split('|', 2);
  if (target.startsWith('@')) return label === undefined ? '@somebody' : `@${label.replace(/^@/, '')}`;
  if (target.startsWith('#')) return label === undefined ? '#a-channel' : `#${label}`;
  if (target.startsWith('!subteam')) return label ?? '@a-group';
  if (target.startsWith('!')) return label ?? `@${target.slice(1).split('^', 1)[0] ?? ''}`;
  if (label === undefined || target.includes(label)) return target.replace(/^mailto:/, '');
  return `${label} (${target})`;
}
