import { array, assert, constantFrom, integer, property } from 'fast-check';
import { type Piece, messageSizes, nextPiece, withClosedFence } from './layout';
import { blocksOf } from './markdown-blocks';

const sizes = { paragraph: 80, line: 100, limit: 120, atomic: 115 };

function pieces(markdown: string, used = sizes): Piece[] {
  const all: Piece[] = [];
  let attached = 0;
  for (let rest = markdown; rest !== '';) {
    const piece = nextPiece(rest, { sizes: used, attached, final: true });
    all.push(piece);
    attached += piece.attachments.length;
    expect(piece.consumed).toBeGreaterThan(0);
    rest = rest.slice(piece.consumed);
  }
  return all;
}

const table = (rows: number): string =>
  [
    '| name | value |',
    '| --- | --- |',
    ...Array.from({ length: rows }, (_, row) => `| row ${row} | ${row} |`),
  ].join('\n');

const parts = [
  '# Title\n\n',
  'A short sentence. ',
  `${'word '.repeat(30)}\n`,
  '- item one\n- item two\n',
  '\n',
  `\`\`\`sh\n${'echo a\n'.repeat(5)}\`\`\`\n`,
];
const markdown = array(
  constantFrom(
    ...parts,
    `${table(3)}\n\n`,
    `\`\`\`\n${'x'.repeat(150)}\n\`\`\`\n`,
    '````\n```\n````\n',
    '> quoted\n',
  ),
  { minLength: 1, maxLength: 25 },
).map((all) => all.join(''));

describe('nextPiece', () => {
  it('leaves a text that fits as it is', () => {
    expect(pieces('One.\n\nTwo.')).toEqual([
      { text: 'One.\n\nTwo.', attachments: [], consumed: 10, complete: false },
    ]);
  });

  it('cuts between paragraphs', () => {
    const paragraph = `${'word '.repeat(7)}end.\n\n`;
    expect(pieces(paragraph.repeat(4)).map(({ text }) => text)).toEqual([
      paragraph.repeat(2),
      paragraph.repeat(2),
    ]);
  });

  it('moves code that does not fit as a whole into the next message', () => {
    const code = `\`\`\`sh\n${'echo hello\n'.repeat(9)}\`\`\`\n`;
    expect(pieces(`First this:\n\n${code}Then that.\n`).map(({ text }) => text)).toEqual([
      'First this:\n\n',
      code,
      'Then that.\n',
    ]);
  });

  it('puts code and tables that fit into no message into files, and says so', () => {
    const [piece] = pieces(`Before.\n\n\`\`\`yaml\n${'a: 1\n'.repeat(40)}\`\`\`\nAfter.`);
    expect(piece?.text).toBe('Before.\n\n*(The code is in the file code-1.yaml below.)*\nAfter.');
    expect(piece?.attachments).toEqual([{ name: 'code-1.yaml', content: 'a: 1\n'.repeat(40).trimEnd() }]);
  });

  it('puts a table of more rows than Slack shows into a file', () => {
    const [piece] = pieces(table(120), messageSizes);
    expect(piece?.attachments.map(({ name }) => name)).toEqual(['table-1.md']);
  });

  it('cuts a line without an end behind a sentence', () => {
    const line = `${'a'.repeat(70)}. ${'b'.repeat(100)}`;
    expect(pieces(line).map(({ text }) => text)).toEqual([`${'a'.repeat(70)}. `, 'b'.repeat(100)]);
  });

  it('loses nothing, makes no message too long, and never cuts code or a table', () => {
    assert(
      property(markdown, (given) => {
        const all = pieces(given);
        const length = all.reduce((sum, { consumed }) => sum + consumed, 0);
        expect(length).toBe(given.length);
        for (const [at, { text }] of all.entries()) {
          expect(text.length).toBeLessThanOrEqual(sizes.limit);
          const whole = at === all.length - 1 ? withClosedFence(text) : text;
          expect(blocksOf(`${whole}\n`).filter(({ kind, closed }) => kind === 'fence' && !closed)).toEqual(
            [],
          );
        }
        if (all.every(({ attachments }) => attachments.length === 0)) {
          expect(all.map(({ text }) => text).join('')).toBe(given);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('ends a message where it would end it with the whole text, too', () => {
    assert(
      property(markdown, integer({ min: 0, max: 1500 }), (given, cut) => {
        const early = nextPiece(given.slice(0, cut), { sizes, attached: 0, final: false });
        const whole = nextPiece(given, { sizes, attached: 0, final: true });
        if (early.complete) expect(early).toEqual(whole);
      }),
      { numRuns: 5000 },
    );
  });
});

describe('withClosedFence', () => {
  it('closes what the text left open', () => {
    expect(withClosedFence('a\n````yaml\nb: 1')).toBe('a\n````yaml\nb: 1\n````');
    expect(withClosedFence('a\n```\nb\n```\n')).toBe('a\n```\nb\n```\n');
  });
});
