import type { LinkPolicy } from './link-policy';

/**
 * One line of Markdown outside of code blocks, made harmless: nothing in it pings anybody, and only allowed links are
 * links. What Slack would act on: https://docs.slack.dev/messaging/formatting-message-text
 */
export interface Scanned {
  readonly text: string;
  /** How much of the line was used; the rest may still become something else when the line goes on. */
  readonly consumed: number;
}

/** Shown as nothing, but no longer what Slack looks for. */
const zeroWidth = '\u200b';

const space = /\s+/y;
const codeSpan = /(?<!`)(`+)(?!`)([^\n]*?[^`])\1(?!`)/y;
const link =
  /(!?)\[([^[\]\n]*)\]\(\s*(?!\s)(?:<([^<>\n]*)>|((?:[^\s()<>]|\([^\s()<>]*\))*))(?:\s+"[^"\n]*")?\s*\)/y;
const unfinishedLink = /!?\[(?:[^[\]\n]*$|[^[\]\n]*\]$|[^[\]\n]*\]\([^\n]*$)/y;
const angle = /<([^<>\n]{1,400})>/y;
const address = /(?:[a-z][a-z0-9+.-]{1,20}:\/\/|www\.)(?:(?!&(?:lt|gt|#))[^\s<>()[\]`|])+/iy;
const addressWithoutScheme = /(?:[a-z0-9-]{1,63}\.){1,10}[a-z]{2,24}\/(?:(?!&(?:lt|gt|#))[^\s<>()[\]`|])*/iy;
const massMention = /@(?=channel|here|everyone|group)/iy;
const escapedBracket = /&(?:lt|#60|#x3c);?(?=[!@#])/iy;
const word = /(?:(?!https?:\/\/|www\.)[\p{L}\p{N}_])+/iuy;

/** With `final` the line is complete: nothing is held back. */
export function neutraliseInline(line: string, links: LinkPolicy, final: boolean): Scanned {
  const settled = final ? line.length : lastBreak(line);
  let text = '';
  let at = 0;
  while (at < line.length) {
    const piece = at < settled ? pieceAt(line, at, links) : undefined;
    if (piece === undefined) break;
    const end = at + piece.length;
    const mayGoOn = !final && (piece.unfinished || end === line.length) && piece.kind !== 'space';
    if (mayGoOn) break;
    // Two spans of code side by side would be read as one, with other ends.
    text += text.endsWith('`') && piece.shown.startsWith('`') ? zeroWidth + piece.shown : piece.shown;
    at = end;
  }
  return { text, consumed: at };
}

interface Piece {
  readonly shown: string;
  readonly length: number;
  readonly kind: 'space' | 'other';
  /** An opening without its end yet. */
  readonly unfinished: boolean;
}

function pieceAt(line: string, at: number, links: LinkPolicy): Piece {
  const blank = match(space, line, at);
  if (blank) return { shown: blank[0], length: blank[0].length, kind: 'space', unfinished: false };
  return (
    structured(line, at, links) ?? {
      ...single(line, at),
      kind: 'other',
      unfinished: isUnfinished(line, at),
    }
  );
}

/** Whatever is recognised by more than one character. */
function structured(line: string, at: number, links: LinkPolicy): Piece | undefined {
  const found =
    matched(codeSpan, line, at, ([whole]) => inCode(whole)) ??
    matched(link, line, at, (parts) => shownLink(parts, links)) ??
    matched(angle, line, at, ([, inner = '']) => shownAngle(inner, links)) ??
    matchedAddress(line, at, links) ??
    matched(massMention, line, at, () => `@${zeroWidth}`) ??
    matched(escapedBracket, line, at, () => `&lt;${zeroWidth}`) ??
    matched(word, line, at, ([whole]) => whole);
  return found === undefined ? undefined : { ...found, kind: 'other', unfinished: false };
}

function matched(
  pattern: RegExp,
  line: string,
  at: number,
  show: (parts: RegExpExecArray) => string | undefined,
): Pick<Piece, 'shown' | 'length'> | undefined {
  const parts = match(pattern, line, at);
  const shown = parts === null ? undefined : show(parts);
  return parts === null || shown === undefined ? undefined : { shown, length: parts[0].length };
}

function matchedAddress(
  line: string,
  at: number,
  links: LinkPolicy,
): Pick<Piece, 'shown' | 'length'> | undefined {
  const whole = (match(address, line, at) ?? match(addressWithoutScheme, line, at))?.[0] ?? '';
  const found = whole.replace(/(?<![.,;:!?)\]}'"*_~])[.,;:!?)\]}'"*_~]+$/, '');
  if (found === '') return undefined;
  const complete = /^www\./i.test(found) || !found.includes('://') ? `https://${found}` : found;
  if (!links.allows(complete)) return { shown: asCode(found), length: found.length };
  // Where Slack sees the end of an address is not documented; it shall see it where we do.
  const end = line[at + whole.length] ?? ' ';
  return { shown: /[\s)>|]/.test(end) ? found : `${found} `, length: found.length };
}

/** A character by itself. `<` is escaped where Markdown or Slack would take it for the start of something. */
function single(line: string, at: number): Pick<Piece, 'shown' | 'length'> {
  const [character = ''] = line.slice(at, at + 2);
  const next = line[at + character.length] ?? '';
  // It opens no code here, and shall not close any: a letter that looks the same.
  if (character === '`') return { shown: '\u02cb', length: 1 };
  if (character === '<') return { shown: /[!@#]/.test(next) ? `&lt;${zeroWidth}` : '&lt;', length: 1 };
  // What is left of links and link definitions at this point was not understood, so Slack shall not understand it either.
  if (character === ']' && (next === '(' || next === ':')) return { shown: `]${zeroWidth}`, length: 1 };
  return { shown: character, length: character.length };
}

function isUnfinished(line: string, at: number): boolean {
  const character = line[at];
  if (character === '`') return true;
  if (character === '<') {
    const mayClose = line.length - at <= 402 && match(angle, line, at) === null;
    return mayClose && /[\w!@#/?]/.test(line[at + 1] ?? 'a');
  }
  return (character === '[' || character === '!') && match(unfinishedLink, line, at) !== null;
}

function shownLink([, image = '', label = '', inAngles, bare]: RegExpExecArray, links: LinkPolicy): string {
  const target = inAngles ?? bare ?? '';
  const said = neutraliseInline(label, links, true).text;
  if (links.allows(target)) return `[${said}](${target})`;
  const shownTarget = /^[a-z][a-z0-9+.-]*:|^www\.|^\/\//i.test(target) ? ` (${asCode(target)})` : '';
  const name = said === '' && image === '' ? 'link' : said || 'image';
  return target === label ? asCode(target) : `${name}${shownTarget}`;
}

/** Undefined: no address of Slack's own form. */
function shownAngle(inner: string, links: LinkPolicy): string | undefined {
  if (/^br\s*\/?$/i.test(inner)) return ' ';
  const [target = '', label] = inner.split('|', 2);
  if (!/^[a-z][a-z0-9+.-]{1,20}:(\/\/)?\S+$/i.test(target)) return undefined;
  const said = label === undefined ? undefined : neutraliseInline(label, links, true).text;
  if (links.allows(target)) return said === undefined ? target : `[${said.replace(/[[\]]/g, '')}](${target})`;
  return said === undefined ? asCode(target) : `${said} (${asCode(target)})`;
}

/** Slack makes no links inside of code. The scheme goes, so that nothing else makes one either. */
function asCode(target: string): string {
  const shown = target.replace(/^https?:\/\//i, '').replace(/`/g, '');
  return shown === '' ? '' : `\`${inCode(shown)}\``;
}

/** Code stays as it is to the eye; the openings of Slack's own syntax are broken. */
export function inCode(text: string): string {
  return text
    .replace(/<(?=[!@#]|[a-z][a-z0-9+.-]{1,20}:)/gi, `<${zeroWidth}`)
    .replace(/(&(?:lt|#60|#x3c);?)(?=[!@#])/gi, `$1${zeroWidth}`)
    .replace(/@(?=channel|here|everyone|group)/gi, `@${zeroWidth}`);
}

function lastBreak(line: string): number {
  let at = line.length;
  while (at > 0 && !/\s/.test(line.charAt(at - 1))) at -= 1;
  return at;
}

function match(pattern: RegExp, line: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(line);
}
