import { type Json, isJson } from '../fields';

/** Says of a message which answer it is part of, for whoever must find out later whether it was posted. */
export interface Mark {
  readonly askId: string;
  /** Counted from 1. */
  readonly part: number;
  /** The answer is complete with this part. */
  readonly last?: boolean;
  /** Still being written. */
  readonly draft?: boolean;
  readonly answerId?: string;
}

export interface Content {
  /** Harmless Markdown. */
  readonly markdown: string;
  /** Blocks below it. */
  readonly extras?: readonly Json[];
  readonly mark: Mark;
}

const eventType = 'jamie_answer';
const fallbackCharacters = 2900;

/** https://docs.slack.dev/messaging/message-metadata */
export function metadataOf({ askId, part, last = false, draft = false, answerId }: Mark): Json {
  const id = answerId === undefined ? {} : { answer: answerId };
  return { event_type: eventType, event_payload: { ask: askId, part, last, draft, ...id } };
}

export function markOf(message: Json): Mark | undefined {
  const metadata = message['metadata'];
  if (!isJson(metadata) || metadata['event_type'] !== eventType) return undefined;
  const payload = metadata['event_payload'];
  if (!isJson(payload)) return undefined;
  const { ask, part, last, draft } = payload;
  return { askId: String(ask), part: Number(part), last: last === true, draft: draft === true };
}

export function isSameMark(found: Mark | undefined, wanted: Mark): boolean {
  if (found?.askId !== wanted.askId || found.part !== wanted.part) return false;
  return (
    (found.last ?? false) === (wanted.last ?? false) && (found.draft ?? false) === (wanted.draft ?? false)
  );
}

/** Arguments that say it: a block of Markdown, and plain text for notifications and screen readers. */
export function sayArguments({ markdown, extras = [], mark }: Content): Json {
  return {
    text: plainText(markdown),
    blocks: [{ type: 'markdown', text: markdown }, ...extras],
    metadata: metadataOf(mark),
  };
}

/** The same without blocks, for a Slack that refuses them. */
export function plainArguments({ markdown, mark }: Content): Json {
  return { text: escaped(markdown).slice(0, 3900), metadata: metadataOf(mark) };
}

/** Markdown without its marks, escaped for Slack's text fields. */
export function plainText(markdown: string): string {
  const plain = markdown
    .replaceAll('&lt;', '<')
    .replace(/^[ \t>]*#{1,6}[ \t]+/gm, '')
    .replace(/(\*\*|__|`+)/g, '')
    .replace(/\[([^[\]\n]+)\]\([^)\s]+\)/g, '$1')
    .trim();
  const cut = plain.length > fallbackCharacters ? `${plain.slice(0, fallbackCharacters)}…` : plain;
  return cut === '' ? 'Jamie' : escaped(cut);
}

/** https://docs.slack.dev/messaging/formatting-message-text#escaping */
export function escaped(text: string): string {
  return text
    .replace(/&(?!(?:amp|lt|gt);)/g, '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
