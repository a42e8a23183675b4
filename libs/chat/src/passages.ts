import type { RunbookMatch, RunbookSection, Source } from '@jamie/core';

/** A section of a runbook, ready to be quoted. */
export interface Passage extends Source {
  readonly text: string;
}

const maxPassages = 8;
const maxPassageCharacters = 3000;
// A local model reads a prompt of a thousand tokens in seconds at best: what is read must be worth it.
const sectionsOfOthers = 1;
const maxModelPassageCharacters = 2000;

/** What the model gets to read: the best runbook whole, of the others the sections that fit best. Best first. */
export function passagesForModel(matches: readonly RunbookMatch[]): readonly Passage[] {
  const chosen = matches.flatMap((match, rank) => {
    const sections = rank === 0 ? match.runbook.sections : bestSections(match, sectionsOfOthers);
    return sections.map((section) => passage(match, section, maxModelPassageCharacters));
  });
  return chosen.slice(0, maxPassages);
}

export function sourceOf({ title, path, heading, url }: Passage): Source {
  return url === undefined ? { title, path, heading } : { title, path, heading, url };
}

/** What is there keeps its number. */
export function addSources(present: readonly Source[], more: readonly Source[]): readonly Source[] {
  const known = new Set(present.map(keyOf));
  return [...present, ...more.filter((source) => !known.has(keyOf(source)))];
}

function keyOf({ path, heading }: Source): string {
  return `${path}\n${heading}`;
}

export function passage(
  match: RunbookMatch,
  section: RunbookSection,
  maxCharacters = maxPassageCharacters,
): Passage {
  const { title, path, url } = match.runbook;
  const text = shorten(section.text.trim(), maxCharacters);
  return { title, path, heading: section.heading, text, ...(url === undefined ? {} : { url }) };
}

/** The sections with the highest scores, in the order of the file. */
export function bestSections(match: RunbookMatch, limit: number): readonly RunbookSection[] {
  const ranked = match.runbook.sections
    .map((section, at) => ({ section, at, score: match.sectionScores[at] ?? 0 }))
    .filter(({ section }) => section.text.trim() !== '')
    .sort((left, right) => right.score - left.score || left.at - right.at)
    .slice(0, limit);
  return ranked.sort((left, right) => left.at - right.at).map(({ section }) => section);
}

/** Cuts at the end of a line and closes a code fence that the cut left open. */
export function shorten(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  const cut = text.slice(0, maxCharacters);
  const whole = cut.slice(0, Math.max(cut.lastIndexOf('\n'), 1));
  const fences = whole.match(/^[ \t]*(```|~~~)/gm)?.length ?? 0;
  return `${whole}${fences % 2 === 1 ? '\n```' : ''}\n\n[…]`;
}
