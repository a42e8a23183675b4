import { adversarialTexts, growthOf } from '@jamie/testing';
import { BrokenRunbookError } from './folder/broken-runbook';
import { parseRunbook } from './markdown/parse-runbook';

// For eight times the text; its square would take 64 times as long.
const mostGrowth = 28;

function parse(text: string): void {
  try {
    parseRunbook('hostile.md', text);
  } catch (thrown) {
    if (!(thrown instanceof BrokenRunbookError)) throw thrown;
  }
}

const readers: Readonly<Record<string, (text: string) => void>> = {
  'a runbook': parse,
  'a heading': (text) => parse(`## ${text.replaceAll('\n', ' ')}\nx`),
};

it.each(Object.entries(readers))(
  'the time for %s grows no faster than its text',
  (_, read) => {
    const slow = adversarialTexts()
      .map(({ name, textOf }) => ({ name, growth: growthOf(read, textOf) }))
      .filter(({ growth }) => growth > mostGrowth);
    expect(slow).toEqual([]);
  },
  60_000,
);
