const lengths = [500, 4000];
// Below this much, what was measured is mostly the runtime's own work.
const negligibleMs = 20;
const tries = 3;

/**
 * How much more processor time the work takes when a text gets eight times as long: about 8 when it grows with the text,
 * about 64 when with its square, 1 when it is negligible. Processor time, so that a busy machine does not matter.
 */
export function growthOf(
  work: (text: string) => unknown,
  textOf: (length: number) => string,
  enough = 28,
): number {
  let growth = 1;
  let beforeMs = negligibleMs / 8;
  for (const length of lengths) {
    const text = textOf(length);
    const nowMs = leastMs(() => work(text));
    if (nowMs >= negligibleMs) growth = Math.max(growth, nowMs / Math.max(beforeMs, negligibleMs / 8));
    // Longer ones would only take longer.
    if (growth > enough) break;
    beforeMs = nowMs;
  }
  return growth;
}

export interface AdversarialText {
  readonly name: string;
  readonly textOf: (length: number) => string;
}

const characters = [
  ' ',
  '\t',
  '\n',
  'a',
  '.',
  '-',
  '#',
  '*',
  '>',
  '<',
  '[',
  '(',
  '`',
  '|',
  '&',
  '@',
  '_',
  '~',
  '"',
  '1',
];
const openings = [
  '](',
  '[a](',
  '<@U',
  '<a:',
  '```',
  '``',
  'a.',
  'a-',
  'https://',
  '[a]',
  '- ',
  '{#',
  '[ ',
  ' #',
  '\n#',
  '\n|',
  '\n---',
];
const heads = ['', '> ', '## [a](', '---\n'];
const tails = ['', 'x'];

/** Texts that make backtracking patterns slow: long runs behind an opening, with an end that does not fit. */
export function adversarialTexts(): readonly AdversarialText[] {
  return heads.flatMap((head) =>
    [...characters, ...openings].flatMap((run) =>
      tails.map((tail) => ({
        name: JSON.stringify(`${head}${run}…${tail}`),
        textOf: (length: number) => head + run.repeat(Math.ceil(length / run.length)).slice(0, length) + tail,
      })),
    ),
  );
}

function leastMs(work: () => unknown): number {
  let least = Infinity;
  for (let done = 0; done < tries; done += 1) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
    if (least < negligibleMs) return least;
  }
  return least;
}
