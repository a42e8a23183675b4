import type { RunbookMatch } from '@jamie/core';
import { termsOf } from '../text/words';
import { namedIn } from './names';
import { queryTermsOf } from './query';
import type { RunbookIndex } from './runbook-index';
import { type Tally, tally } from './tally';
import { threshold } from './threshold';

// How much the best section adds to the whole runbook, and how much a page of links keeps.
const bestSectionShare = 0.8;
const indexPageShare = 0.5;
// What fits less than half as well as the best is not worth mentioning beside it.
const worthMentioning = 0.5;
// A runbook that was named stands clear of all others.
const namedLead = 2;
const longestQuery = 16_000;

/** Best first, at most `limit`. A runbook that is named in the question comes before all others. */
export function searchIndex(index: RunbookIndex, query: string, limit: number): readonly RunbookMatch[] {
  const text = shortened(query);
  const asked = termsOf(text);
  const terms = queryTermsOf(asked, index);
  const runbooks = tally(terms, index.runbooks.length, (term) => term.runbooks);
  const sections = tally(terms, index.firstSections.at(-1) ?? 0, (term) => term.sections);
  const named = namedIn(text, asked, index.names);
  const answers = threshold(terms, runbooks);
  if (named.size === 0 && !index.runbooks.some((_, at) => answers(at))) return [];
  const scores = index.runbooks.map((_, at) => {
    const own = runbooks.scores[at] ?? 0;
    // A section has no term that its runbook has not.
    if (own === 0) return 0;
    const score = own + bestSectionShare * bestSectionScore(index, at, sections);
    return index.indexPages[at] === true ? score * indexPageShare : score;
  });
  return ranked(scores, named)
    .slice(0, Math.max(0, limit))
    .flatMap(({ at, score }) => {
      const runbook = index.runbooks[at];
      return runbook === undefined
        ? []
        : [{ runbook, score, sectionScores: [...sectionScoresOf(index, at, sections)] }];
    });
}

/** Both ends of a long text: a question may stand before or after what was pasted. */
function shortened(query: string): string {
  const compatible = bothEnds(query).normalize('NFKC');
  // One sign may stand for many letters, so what was short may now be long.
  return bothEnds(compatible);
}

function bothEnds(text: string): string {
  if (text.length <= longestQuery) return text;
  return `${text.slice(0, longestQuery / 2)} ${text.slice(-longestQuery / 2)}`;
}

function bestSectionScore({ firstSections }: RunbookIndex, at: number, { scores }: Tally): number {
  let best = 0;
  const end = firstSections[at + 1] ?? 0;
  for (let section = firstSections[at] ?? end; section < end; section += 1) {
    best = Math.max(best, scores[section] ?? 0);
  }
  return best;
}

function sectionScoresOf({ firstSections }: RunbookIndex, at: number, { scores }: Tally): Float64Array {
  return scores.subarray(firstSections[at], firstSections[at + 1]);
}

/** What is worth mentioning, best first, with what was named above all the rest. */
function ranked(
  scores: readonly number[],
  named: ReadonlySet<number>,
): readonly { readonly at: number; readonly score: number }[] {
  const highest = Math.max(0, ...scores);
  return scores
    .map((score, at) => ({ at, score: named.has(at) ? score + namedLead * highest : score }))
    .filter(({ score }) => score > worthMentioning * highest)
    .sort((left, right) => right.score - left.score);
}
