import { type Attachment, asFile, needsFile } from './attachment';
import { type Block, blocksOf } from './markdown-blocks';

/** Sizes of one message, in UTF-16 units; Slack takes 12,000 of Markdown, and sources and notes need room as well. */
export interface Sizes {
  /** From here on a message ends at the next paragraph, so that little that was shown must be taken back. */
  readonly paragraph: number;
  /** From here on it ends at the next line. */
  readonly line: number;
  readonly limit: number;
  /** Code and tables that are longer go into files: they would leave next to no room for what stands around them. */
  readonly atomic: number;
}

export const messageSizes: Sizes = { paragraph: 8000, line: 10_000, limit: 10_700, atomic: 7700 };

export interface Piece {
  /** What one message shows. */
  readonly text: string;
  readonly attachments: readonly Attachment[];
  /** How much of the Markdown it holds. */
  readonly consumed: number;
  /** What follows belongs into the next message, whatever is still written. */
  readonly complete: boolean;
}

export interface Laying {
  readonly sizes: Sizes;
  /** Attachments before this piece, for their names. */
  readonly attached: number;
  /** Nothing more will be written. */
  readonly final: boolean;
}

/** The beginning of the Markdown, as much as one message holds: cut between blocks, never inside code or a table. */
export function nextPiece(markdown: string, laying: Laying): Piece {
  const piece = new Growing(markdown, laying);
  for (const block of blocksOf(markdown)) {
    if (!piece.take(block)) break;
  }
  return piece.finish();
}

class Growing {
  private text = '';
  private consumed = 0;
  private complete = false;
  private waiting = false;
  private readonly attachments: Attachment[] = [];

  constructor(
    private readonly markdown: string,
    private readonly laying: Laying,
  ) {}

  /** False: the piece ends before or inside this block. */
  take(block: Block): boolean {
    const { sizes } = this.laying;
    if (needsFile(block, this.markdown, sizes.atomic)) return this.attach(block);
    const slice = this.markdown.slice(block.start, block.end);
    if (this.text.length + slice.length > sizes.limit) return this.overflow(block, slice);
    this.text += slice;
    this.consumed = block.end;
    const { length } = this.text;
    const atParagraph = block.endsParagraph && block.closed && length >= sizes.paragraph;
    const atLine =
      block.kind === 'text' && slice.endsWith('\n') && !slice.includes('|') && length >= sizes.line;
    this.complete = (atParagraph || atLine) && this.consumed < this.markdown.length;
    return !this.complete;
  }

  finish(): Piece {
    const { text, attachments, consumed, complete } = this;
    return { text, attachments, consumed, complete: complete && !this.waiting };
  }

  private attach(block: Block): boolean {
    const file = asFile(block, this.markdown, this.laying.attached + this.attachments.length + 1);
    const note = `*(${block.kind === 'table' ? 'The table' : 'The code'} is in the file ${file.name} below.)*\n`;
    if (this.text.length + note.length > this.laying.sizes.limit) return this.overflow(block, note);
    this.text += note;
    if (!block.closed && !this.laying.final) {
      this.waiting = true;
      return false;
    }
    this.attachments.push(file);
    this.consumed = block.end;
    return true;
  }

  private overflow(block: Block, slice: string): false {
    this.complete = true;
    // Whether it fits into the next message or needs a file is known when it has ended.
    this.waiting = block.kind !== 'text' && !block.closed && !this.laying.final;
    const { line, limit } = this.laying.sizes;
    const room = limit - this.text.length;
    // A line is cut only when it fits into no message, or nothing else would fill this one.
    if (block.kind !== 'text' || slice.length <= limit - line || room <= limit - line) return false;
    const cut = cutLine(slice, room);
    this.text += slice.slice(0, cut);
    this.consumed = block.start + cut;
    return false;
  }
}

/** Where a line that is too long may end: behind a sentence, failing that behind a word. */
function cutLine(line: string, room: number): number {
  const head = line.slice(0, room);
  const sentence = Math.max(...['. ', '! ', '? '].map((end) => head.lastIndexOf(end)));
  if (sentence > room / 2) return sentence + 2;
  const wordEnd = head.lastIndexOf(' ') + 1;
  if (wordEnd > room / 2) return wordEnd;
  // Never between the halves of a surrogate pair.
  return /[\ud800-\udbff]$/.test(head) ? room - 1 : room;
}

/** The text with a fence closed that it leaves open. */
export function withClosedFence(text: string): string {
  const last = blocksOf(text).at(-1);
  if (last === undefined || last.kind !== 'fence' || last.closed) return text;
  const marks = /`{3,}|~{3,}/.exec(text.slice(last.start))?.[0] ?? '```';
  return `${text}${text.endsWith('\n') ? '' : '\n'}${marks}`;
}
