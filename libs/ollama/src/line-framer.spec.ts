import * as fc from 'fast-check';
import { LineFramer } from './line-framer';

/** Feeds the bytes in pieces of the given sizes, over and over. */
function framed(bytes: Buffer, sizes: readonly number[], maxLineBytes = 1000): string[] {
  const framer = new LineFramer(maxLineBytes);
  const lines: string[] = [];
  let start = 0;
  for (let piece = 0; start < bytes.length; piece += 1) {
    const size = sizes[piece % sizes.length] ?? 1;
    lines.push(...framer.push(bytes.subarray(start, start + size)));
    start += size;
  }
  const rest = framer.end();
  return rest === undefined ? lines : [...lines, rest];
}

const line = fc.string({ unit: 'grapheme', maxLength: 30 }).map((text) => text.replaceAll(/[\r\n]/gu, ''));
const visible = (lines: readonly string[]) => lines.filter((text) => text.trim() !== '');
const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 });

it('gives the same lines however the bytes are cut, with either line end', () => {
  fc.assert(
    fc.property(
      fc.array(line),
      sizes,
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
      (lines, cuts, end, closed) => {
        const bytes = Buffer.from(lines.join(end) + (closed ? end : ''));
        expect(framed(bytes, cuts)).toEqual(visible(lines));
      },
    ),
  );
});

it('never loses or alters a character of any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), sizes, (text, cuts) => {
      const json = JSON.stringify({ text });
      expect(framed(Buffer.from(`${json}\n`), cuts).map((found): unknown => JSON.parse(found))).toEqual([
        { text },
      ]);
    }),
  );
});

it('skips blank lines', () => {
  expect(framed(Buffer.from('\n\r\n  \n{"a":1}\n\n'), [3])).toEqual(['{"a":1}']);
});

it('takes a line of exactly the limit and refuses a longer one, before its end has come', () => {
  expect(framed(Buffer.from(`${'x'.repeat(10)}\r\n`), [4], 10)).toEqual(['x'.repeat(10)]);
  expect(() => framed(Buffer.from(`${'x'.repeat(11)}\n`), [4], 10)).toThrow('line-too-long');
  expect(() => framed(Buffer.from('x'.repeat(100)), [7], 10)).toThrow('line-too-long');
  expect(() => framed(Buffer.from(`${'x'.repeat(11)}\n`), [100], 10)).toThrow('line-too-long');
});
