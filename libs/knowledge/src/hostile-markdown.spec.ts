import type { Runbook } from '@jamie/core';
import * as fc from 'fast-check';
import { BrokenRunbookError } from './folder/broken-runbook';
import { buildIndex } from './index/build-index';
import { searchIndex } from './index/search-index';
import { parseRunbook } from './markdown/parse-runbook';
import { atOnce } from './slices';

const fill = (part: string, length = 300_000): string =>
  part.repeat(Math.ceil(length / part.length)).slice(0, length);

const words = Array.from({ length: 30_000 }, (_, number) =>
  number.toString(26).replace(/\d/g, (digit) => 'qrstuvwxyz'.charAt(Number(digit))),
);

const hostile: Readonly<Record<string, string>> = {
  'one line without end': fill('word '),
  'one word without end': fill('a'),
  'one identifier without end': fill('aB'),
  'only underscores': fill('_'),
  'only hashes': fill('#'),
  'only headings': fill('## a\nb\n', 100_000),
  'only line ends': fill('\r\n'),
  'only NUL bytes': fill('\0'),
  'fences that open and close': fill('```\n', 100_000),
  'a fence that never closes': `## a\n~~~\n${fill('## x\n', 100_000)}`,
  'quotes in quotes': fill('> '),
  'lists in lists': Array.from({ length: 500 }, (_, depth) => `${' '.repeat(depth)}- x`).join('\n'),
  'a heading of brackets': `## ${fill('[')}\nx`,
  'a heading of links': `## ${fill('[a](')}\nx`,
  'a heading of anchors': `## ${fill('{#')}\nx`,
  'a heading of blanks and hashes': `## ${fill(' #')}\nx`,
  'front matter that never ends': `---\n${fill('a: b\n', 100_000)}`,
  'rules only': fill('---\n', 100_000),
  'front matter in brackets': `---\n${fill('[', 4_000)}\n---\nx`,
  'front matter in braces': `---\n${fill('{a: ', 4_000)}\n---\nx`,
  'front matter of anchors': `---\n${words
    .slice(0, 250)
    .map((word) => `${word}: &${word} 1`)
    .join('\n')}\n---\nx`,
  'keys and headings that objects have': fill('## __proto__\nconstructor hasOwnProperty toString\n', 50_000),
  'thousands of different words': words.join(' '),
  'letters with many accents': fill('e\u0301\u0302\u0303\u0304'),
  'signs that stand for many letters': fill('\uFDFA', 30_000),
  'half a surrogate pair': fill('\uD83D x '),
};

/** What became of a file: a runbook, nothing, or a named reason why it is broken. */
function parse(text: string): Runbook | BrokenRunbookError | undefined {
  try {
    return parseRunbook('hostile.md', text);
  } catch (error) {
    if (error instanceof BrokenRunbookError) return error;
    throw error;
  }
}

function expectToWork(text: string): void {
  const runbook = parse(text);
  if (runbook === undefined || runbook instanceof BrokenRunbookError) return;
  expect(runbook.sections.length).toBeGreaterThan(0);
  const index = atOnce(buildIndex([runbook]));
  for (const match of searchIndex(index, text, 1)) {
    expect(match.sectionScores).toHaveLength(runbook.sections.length);
    expect(match.sectionScores.every(Number.isFinite)).toBe(true);
    expect(Number.isFinite(match.score)).toBe(true);
  }
}

describe('hostile Markdown', () => {
  it.each(Object.keys(hostile))('may be %s', (kind) => {
    expectToWork(hostile[kind] ?? '');
  });

  it('may be anything put together from what Markdown is made of', () => {
    const part = fc.oneof(
      fc.constantFrom(
        '\n',
        '\r\n',
        '# ',
        '## ',
        '### ',
        '```',
        '~~~',
        '---\n',
        '- ',
        '1. ',
        '> ',
        '\t',
        '\0',
      ),
      fc.constantFrom(
        '__proto__',
        'constructor',
        '[a](b)',
        '![',
        '{#x}',
        '&a',
        '*a',
        ': ',
        'title: x\n',
        'KubePodDown',
      ),
      fc.string({ unit: 'binary', maxLength: 12 }),
    );
    fc.assert(fc.property(fc.array(part, { maxLength: 60 }), (parts) => expectToWork(parts.join(''))));
  });

  it('is indexed in steps that are small, however long its lines are', () => {
    const runbook = parseRunbook('long.md', fill('word other ', 1_000_000));
    const steps = buildIndex(runbook === undefined ? [] : [runbook]);
    let count = 0;
    while (steps.next().done !== true) count += 1;
    expect(count).toBeGreaterThan(200);
  });
});
