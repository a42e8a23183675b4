import { adversarialTexts, growthOf } from '../growth';

// For eight times the text; its square would take 64 times as long.
const mostGrowth = 28;

/** The contract of whatever reads text from outside. */
export function describeTimeBounds(readers: Readonly<Record<string, (text: string) => unknown>>): void {
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
}
