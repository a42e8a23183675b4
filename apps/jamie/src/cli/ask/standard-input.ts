import { fstatSync } from 'node:fs';
import { toUSVString } from 'node:util';
import { withoutSequences } from '../terminal/controls';

/** A text that may be longer than what is kept of it: of a long one both ends are. */
export interface BothEnds {
  readonly head: string;
  /** '' when everything is in the head. */
  readonly tail: string;
  /** Of the whole text, in UTF-16 units. */
  readonly length: number;
}

/** Whether somebody pipes something in. A terminal, `/dev/null` and a closed input are not read. */
export function isPiped(fileDescriptor: number): boolean {
  try {
    const status = fstatSync(fileDescriptor);
    return status.isFIFO() || status.isFile() || status.isSocket();
  } catch {
    return false;
  }
}

/** Reads to the end, however long that is; keeps `kept` characters of each end. */
export async function readBothEnds(input: AsyncIterable<Uint8Array>, kept: number): Promise<BothEnds> {
  const decoder = new TextDecoder();
  const ends = { head: '', tail: '', length: 0 };
  const add = (text: string): void => {
    ends.length += text.length;
    const room = kept - ends.head.length;
    ends.head += text.slice(0, room);
    ends.tail += text.slice(Math.max(0, room));
    if (ends.tail.length > 4 * kept) ends.tail = ends.tail.slice(-kept);
  };
  for await (const bytes of input) add(decoder.decode(bytes, { stream: true }));
  add(decoder.decode());
  return ends;
}

export interface Context {
  readonly text: string;
  /** What was cut, as a sentence; undefined when nothing was. */
  readonly note: string | undefined;
}

// Logs and descriptions end with what happened last, so the end is given more of the room.
const headShare = 1 / 3;
const markRoom = 80;
// Cuts at the end of a line when there is one this near.
const lineReach = 400;

/** At most `limit` characters; of a longer text head and tail, with a mark between them. */
export function contextOf({ head, tail, length }: BothEnds, limit: number): Context {
  const isWhole = head.length + tail.length === length;
  const text = withoutSequences(head + tail);
  if (isWhole && text.length <= limit) return { text: text.trimEnd(), note: undefined };
  const room = limit - markRoom;
  const headRoom = Math.floor(room * headShare);
  const first = upToLineEnd(text.slice(0, headRoom));
  const last = fromLineStart(text.slice(headRoom - room));
  const all = isWhole ? text.length : length;
  const left = count(all - first.length - last.length);
  return {
    // Cuts may have gone through a character of two units.
    text: toUSVString(`${first}\n[... ${left} characters left out ...]\n${last}`),
    note: `of ${count(all)} characters of input the first ${count(first.length)} and the last ${count(last.length)} are sent, and ${left} in between left out: Jamie takes ${count(limit)}.`,
  };
}

function upToLineEnd(text: string): string {
  const end = text.lastIndexOf('\n');
  return end > text.length - lineReach ? text.slice(0, Math.max(0, end)) : text;
}

function fromLineStart(text: string): string {
  const start = text.trimEnd().indexOf('\n');
  return start >= 0 && start < lineReach ? text.slice(start + 1).trimEnd() : text.trimEnd();
}

const count = (characters: number): string => characters.toLocaleString('en');
