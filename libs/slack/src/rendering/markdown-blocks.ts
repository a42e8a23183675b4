/** A piece of Markdown that is never cut inside, or a line of what may be cut between lines. */
export interface Block {
  readonly kind: 'fence' | 'table' | 'text';
  readonly start: number;
  /** Offset behind its last line break. */
  readonly end: number;
  /** False for a fence without its closing line, and for what the end of the text may still prolong. */
  readonly closed: boolean;
  /** A new block of Markdown begins behind it: after a blank line, a fence, a table. */
  readonly endsParagraph: boolean;
}

interface Line {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** A line that opens or closes a block of code, also below a list item or in a quotation. */
export const fenceLine = /^([\s>]*(?:(?:[-*+]|\d+[.)])[\s>]*)?)(`{3,}|~{3,})([^`\n]*)$/;
const delimiterRow = /^[\s>]*(?:\|\s*)?:?-+:?\s*(?:\|\s*:?-+:?\s*)*(?:\|\s*)?$/;
const row = /\|/;

export function blocksOf(text: string): readonly Block[] {
  const lines = linesOf(text);
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length;) {
    const [block, next] = blockAt(lines, at, text.length);
    blocks.push(block);
    at = next;
  }
  return blocks;
}

function linesOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  for (let start = 0; start < text.length;) {
    const lineBreak = text.indexOf('\n', start);
    const end = lineBreak === -1 ? text.length : lineBreak + 1;
    lines.push({ text: text.slice(start, lineBreak === -1 ? end : lineBreak), start, end });
    start = end;
  }
  return lines;
}

function blockAt(lines: readonly Line[], at: number, length: number): readonly [Block, next: number] {
  const line = lines[at];
  if (line === undefined) throw new RangeError('There is no such line');
  const marks = fenceLine.exec(line.text)?.[2];
  if (marks !== undefined) return fenceAt(lines, at, marks);
  const second = lines[at + 1];
  if (
    second !== undefined &&
    row.test(line.text) &&
    row.test(second.text) &&
    delimiterRow.test(second.text)
  ) {
    return tableAt(lines, at, length);
  }
  const endsParagraph = line.text.trim() === '';
  return [
    { kind: 'text', start: line.start, end: line.end, closed: line.end < length, endsParagraph },
    at + 1,
  ];
}

function fenceAt(lines: readonly Line[], at: number, marks: string): readonly [Block, next: number] {
  const start = lines[at]?.start ?? 0;
  const closing = lines.findIndex(({ text }, index) => index > at && closes(text, marks));
  const last = closing === -1 ? lines.length - 1 : closing;
  const end = lines[last]?.end ?? start;
  return [{ kind: 'fence', start, end, closed: closing !== -1, endsParagraph: true }, last + 1];
}

function closes(text: string, marks: string): boolean {
  const [, , found = '', info = ''] = fenceLine.exec(text) ?? [];
  return found[0] === marks[0] && found.length >= marks.length && info.trim() === '';
}

function tableAt(lines: readonly Line[], at: number, length: number): readonly [Block, next: number] {
  let next = at + 2;
  while (row.test(lines[next]?.text ?? '')) next += 1;
  const start = lines[at]?.start ?? 0;
  const end = lines[next - 1]?.end ?? start;
  return [{ kind: 'table', start, end, closed: end < length, endsParagraph: true }, next];
}
