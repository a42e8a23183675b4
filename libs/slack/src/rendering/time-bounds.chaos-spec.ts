import { adversarialTexts, growthOf } from '@jamie/testing';
import { plainText } from '../delivery/message-content';
import { readable } from '../asks/message-text';
import { messageSizes, nextPiece } from './layout';
import { LinkPolicy } from './link-policy';
import { blocksOf } from './markdown-blocks';
import { neutralise, neutraliseSoFar } from './neutralise';

const links = new LinkPolicy(['a.example']);
// For eight times the text; its square would take 64 times as long.
const mostGrowth = 28;

const readers: Readonly<Record<string, (text: string) => unknown>> = {
  neutralise: (text) => neutralise(text, links),
  neutraliseSoFar: (text) => neutraliseSoFar(text, links),
  blocksOf,
  nextPiece: (text) => nextPiece(text, { sizes: messageSizes, attached: 0, final: true }),
  plainText,
  readable,
};

it.each(Object.entries(readers))(
  'the time of %s grows no faster than its text',
  (_, read) => {
    const slow = adversarialTexts()
      .map(({ name, textOf }) => ({ name, growth: growthOf(read, textOf) }))
      .filter(({ growth }) => growth > mostGrowth);
    expect(slow).toEqual([]);
  },
  60_000,
);
