import type { RunbookMatch } from '@jamie/core';
import { isIndexPage } from '../markdown/parse-runbook';
import { namedIn } from './names';
import { type QueryTerm, queryTermsOf } from './query';
import type { RunbookIndex } from './runbook-index';
import { type Tally, tally } from './tally';

// How much the best section adds to the whole runbook, and how much a page of links keeps.
const bestSectionShare = 0.8;
const indexPageShare = 0.5;
// Below either a match is chance. Both are shares or sums of shares, so the size of the collection does not move them.
const leastCoverage = 0.25;
const leastEvidence = 3.5;
const longestQuery = 16_000;

/** Best first, at most `limit`. A runbook whose alert is named in the question always comes before all others. */
export function searchIndex(index: RunbookIndex, query: string, limit: number): readonly RunbookMatch[] {
  const text = shortened(query);
  const terms = queryTermsOf(text, index);
  const runbooks = tally(terms, index.runbooks.length, (term) => term.runbooks);
  const sections = tally(terms, index.firstSections.at(-1) ?? 0, (term) => term.sections);
  const named = namedIn(text, index.alertKeys);
  const found = index.runbooks
    .map((_, at) => at)
    .filter((at) => named.has(at) || isEnough(runbooks, at, terms))
    .map((at) => ({ ...matchOf(index, at, { runbooks, sections }), named: named.has(at) }));
  return ranked(found).slice(0, Math.max(0, limit));
}

/** Both ends of a long text: a question may stand before or after what was pasted. */
function shortened(query: string): string {
  if (query.length <= longestQuery) return query;
  return `${query.slice(0, longestQuery / 2)} ${query.slice(-longestQuery / 2)}`;
}

function isEnough({ evidence, covered }: Tally, runbook: number, terms: readonly QueryTerm[]): boolean {
  const asked = terms.reduce((sum, { weight }) => sum + weight, 0);
  return (evidence[runbook] ?? 0) >= leastEvidence && (covered[runbook] ?? 0) >= leastCoverage * asked;
}

function matchOf(
  index: RunbookIndex,
  at: number,
  { runbooks, sections }: { readonly runbooks: Tally; readonly sections: Tally },
): RunbookMatch {
  const runbook = index.runbooks[at];
  if (runbook === undefined) throw new RangeError(`there is no runbook ${at}`);
  const sectionScores = [...sections.scores.subarray(index.firstSections[at], index.firstSections[at + 1])];
  const score = (runbooks.scores[at] ?? 0) + bestSectionShare * Math.max(0, ...sectionScores);
  return { runbook, score: isIndexPage(runbook.path) ? score * indexPageShare : score, sectionScores };
}

/** Lifts what was named above all the rest, and forgets that it was. */
function ranked(found: readonly (RunbookMatch & { readonly named: boolean })[]): readonly RunbookMatch[] {
  const highest = Math.max(0, ...found.map(({ score }) => score));
  return found
    .map(({ named, score, ...match }) => ({ ...match, score: named ? score + highest + 1 : score }))
    .sort((left, right) => right.score - left.score);
}
