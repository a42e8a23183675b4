import { withoutControls } from './controls';

const bold = { on: '\u001b[1m', off: '\u001b[22m' };
const cyan = { on: '\u001b[36m', off: '\u001b[39m' };
const dim = { on: '\u001b[2m', off: '\u001b[22m' };

const fenceLine = /^( {0,3})(`{3,}|~{3,})([^\n]*)\n/;
const headingStart = /^ {0,3}#{1,6} +/;
// What may still become one of the two when more text comes.
const undecidedStart = /^ {0,3}(?:`{0,2}|~{0,2}|#{1,6} *|(?:`{3}|~{3})[^\n]*)$/;
const plain = /^[^\n`*\\]+/;

/**
 * Paints Markdown for a terminal while it arrives: headings and `**bold**` bold, code in colour, without their marks.
 * All else stays as it is written. The pieces may be cut anywhere.
 */
export class MarkdownPainter {
  private held = '';
  private atLineStart = true;
  private fence: string | undefined;
  private isBold = false;
  private isHeading = false;
  /** The backticks that opened the code that is being written. */
  private codeMark: string | undefined;

  /** What can be shown of the text so far. */
  write(text: string): string {
    this.held += withoutControls(text);
    return this.drain(false);
  }

  /** The rest. */
  end(): string {
    return this.drain(true) + this.endOfLine();
  }

  private drain(isLast: boolean): string {
    let painted = '';
    while (this.held !== '') {
      const next = this.atLineStart ? this.startOfLine(isLast) : this.inline(isLast);
      if (next === undefined) break;
      painted += next;
    }
    return painted;
  }

  /** Undefined while it cannot be told yet. */
  private startOfLine(isLast: boolean): string | undefined {
    const fence = fenceLine.exec(isLast && !this.held.endsWith('\n') ? `${this.held}\n` : this.held);
    if (fence !== null && this.togglesFence(fence)) {
      this.take(fence[0].length);
      return `${dim.on}${fence[0].trimEnd()}${dim.off}\n`;
    }
    if (!isLast && fence === null && undecidedStart.test(this.held)) return undefined;
    this.atLineStart = false;
    const heading = this.fence === undefined ? headingStart.exec(this.held) : null;
    if (heading === null) return this.fence === undefined ? '' : cyan.on;
    this.take(heading[0].length);
    this.isHeading = true;
    return bold.on;
  }

  private togglesFence([, , mark = '', info = '']: RegExpExecArray): boolean {
    if (this.fence === undefined) {
      if (mark.startsWith('`') && info.includes('`')) return false;
      this.fence = mark;
      return true;
    }
    const closes = mark.startsWith(this.fence) && info.trim() === '';
    if (closes) this.fence = undefined;
    return closes;
  }

  private inline(isLast: boolean): string | undefined {
    if (this.held.startsWith('\n')) return this.endOfLine() + this.take(1);
    if (this.fence !== undefined) return this.take(/^[^\n]+/.exec(this.held)?.[0].length ?? 0);
    const text = plain.exec(this.held)?.[0];
    if (text !== undefined) return this.take(text.length);
    const run = /^`+|^\*+|^\\./s.exec(this.held)?.[0] ?? '';
    // A mark at the very end may go on in the next piece.
    if (!isLast && (run === '' || (run.length === this.held.length && run[0] !== '\\'))) return undefined;
    if (run.startsWith('`')) return this.backticks(run);
    if (this.codeMark !== undefined || run === '') return this.take(1);
    if (run.startsWith('\\')) return this.escaped(run);
    return this.stars(run);
  }

  private backticks(run: string): string {
    this.take(run.length);
    if (this.codeMark === undefined) {
      this.codeMark = run;
      return cyan.on;
    }
    if (this.codeMark !== run) return run;
    this.codeMark = undefined;
    return cyan.off;
  }

  private escaped(pair: string): string {
    // Before a letter or a line end it is a backslash like any other character.
    if (!/[!-/:-@[-`{-~]/.test(pair.slice(1))) return this.take(1);
    return this.take(2).slice(1);
  }

  private stars(run: string): string {
    const opens = !this.isBold && !/^\s/.test(this.held.slice(run.length));
    if (run.length !== 2 || !(opens || this.isBold)) return this.take(run.length);
    this.take(2);
    this.isBold = !this.isBold;
    if (this.isHeading) return '';
    return this.isBold ? bold.on : bold.off;
  }

  private endOfLine(): string {
    const ends = [];
    if (this.codeMark !== undefined || (this.fence !== undefined && !this.atLineStart)) ends.push(cyan.off);
    if (this.isBold || this.isHeading) ends.push(bold.off);
    this.codeMark = undefined;
    this.isBold = false;
    this.isHeading = false;
    this.atLineStart = true;
    return ends.join('');
  }

  private take(length: number): string {
    const taken = this.held.slice(0, length);
    this.held = this.held.slice(length);
    return taken;
  }
}
