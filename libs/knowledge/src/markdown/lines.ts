interface Heading {
  /** 1 for `#`, up to 6. */
  readonly level: number;
  readonly text: string;
}

export interface Line {
  readonly text: string;
  /** Inside a code fence, or a fence itself. */
  readonly code: boolean;
  readonly heading?: Heading;
}

/** A heading or a fence is recognised in so many characters; whatever follows cannot slow it down. */
const readableCharacters = 400;
const fence = /^[\s>]*(?:(?:[-*+]|\d{1,9}[.)])\s+)?(`{3,}|~{3,})(.*)$/;
const atxHeading = /^ {0,3}(#{1,6})(?:[ \t]+(.*))?$/;

/**
 * Lines of Markdown with what matters for splitting: fences and ATX headings of CommonMark
 * (https://spec.commonmark.org/0.31.2/). A fence may stand anywhere in a list; one that is never closed goes to the end.
 */
export function linesOf(markdown: string): readonly Line[] {
  const lines: Line[] = [];
  let open = '';
  for (const text of markdown.replaceAll('\r\n', '\n').replaceAll('\r', '\n').split('\n')) {
    const start = text.slice(0, readableCharacters);
    if (open !== '') {
      lines.push({ text, code: true });
      if (closes(start, open)) open = '';
      continue;
    }
    open = openedBy(start);
    const heading = open === '' ? headingOf(start) : undefined;
    lines.push(heading === undefined ? { text, code: open !== '' } : { text, code: false, heading });
  }
  return lines;
}

/** The fence that a line opens; empty when it opens none. A fence of backticks has none in the rest of its line. */
function openedBy(line: string): string {
  if (!line.includes('```') && !line.includes('~~~')) return '';
  const [, marks = '', rest = ''] = fence.exec(line) ?? [];
  return marks.startsWith('`') && rest.includes('`') ? '' : marks;
}

function closes(line: string, open: string): boolean {
  if (!line.includes(open)) return false;
  const bare = line.replace(/^[\s>]+/, '').trimEnd();
  return bare === open.slice(0, 1).repeat(bare.length);
}

function headingOf(line: string): Heading | undefined {
  if (!line.trimStart().startsWith('#')) return undefined;
  const [, marks, text = ''] = atxHeading.exec(line) ?? [];
  return marks === undefined ? undefined : { level: marks.length, text: plainHeading(text) };
}

/** Without closing `#`s, Hugo's `{#anchor}`, links and emphasis. */
function plainHeading(text: string): string {
  return text
    .replace(/(?<![ \t])[ \t]+#+[ \t]*$/, '')
    .replace(/\{#[^{}]*\}\s*$/, '')
    .replace(/!?\[([^[\]]*)\]\([^()]*\)/g, '$1')
    .replace(/[`*]+/g, '')
    .trim();
}
