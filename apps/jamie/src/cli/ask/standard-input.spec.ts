import { contextOf, readBothEnds } from './standard-input';

async function* bytes(...pieces: readonly (string | Buffer)[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield Buffer.from(piece);
}

const lines = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}\n`).join('');

async function contextFrom(text: string, limit: number): Promise<ReturnType<typeof contextOf>> {
  return contextOf(await readBothEnds(bytes(text), limit), limit);
}

describe('what is piped in', () => {
  it('goes along as it is while it is short enough', async () => {
    expect(await contextFrom('Status: Failed\n', 1000)).toEqual({ text: 'Status: Failed', note: undefined });
    const exact = 'x'.repeat(1000);
    expect(await contextFrom(exact, 1000)).toEqual({ text: exact, note: undefined });
  });

  it('keeps beginning and end of a longer text, cut at line ends, and says what is left out', async () => {
    const { text, note } = await contextFrom(lines(1, 5000), 1000);
    expect(text.length).toBeLessThanOrEqual(1000);
    expect(text).toMatch(/^line 1\nline 2\n/);
    expect(text).toMatch(/\nline 4999\nline 5000$/);
    const [, left = ''] =
      /\nline \d+\n\[\.\.\. ([\d,]+) characters left out \.\.\.\]\nline \d+\n/.exec(text) ?? [];
    expect(note).toMatch(
      new RegExp(`^of 48,893 characters of input the first \\d+ and the last \\d+ are sent, and ${left} `),
    );
  });

  it('gives the end more room than the beginning', async () => {
    const { text } = await contextFrom(lines(1, 5000), 1000);
    const [head = '', tail = ''] = text.split(/\[\.\.\..+\.\.\.\]/);
    expect(tail.length).toBeGreaterThan(head.length * 1.5);
  });

  it('uses all the room when the text is only a little too long', async () => {
    const { text } = await contextFrom(lines(1, 115), 1000);
    expect(text.length).toBeGreaterThan(900);
  });

  it('cuts a text without lines, too, and never through a character', async () => {
    const { text } = await contextFrom('\u{1f525}'.repeat(5000), 1001);
    expect(text.length).toBeLessThanOrEqual(1001);
    expect(Buffer.from(text, 'utf8').toString('utf8')).toBe(text);
  });

  it('holds only both ends of it in memory', async () => {
    const pieces = Array.from({ length: 1000 }, () => 'x'.repeat(1000));
    const ends = await readBothEnds(bytes(...pieces, 'the end'), 1000);
    expect(ends.length).toBe(1_000_007);
    expect(ends.head.length + ends.tail.length).toBeLessThan(10_000);
    expect(ends.tail).toMatch(/xthe end$/);
  });

  it('joins characters that were torn between two reads', async () => {
    const flame = Buffer.from('\u{1f525}');
    const ends = await readBothEnds(bytes(flame.subarray(0, 2), flame.subarray(2)), 100);
    expect(ends.head).toBe('\u{1f525}');
  });

  it('loses its colours', async () => {
    expect((await contextFrom('\u001b[31mERROR\u001b[0m disk \u001b]0;title\u0007full', 100)).text).toBe(
      'ERROR disk full',
    );
  });
});
