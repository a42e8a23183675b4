import type { RunbookMatch } from '@jamie/core';
import { termsOf } from '../text/words';
import { namedIn } from './names';
import { queryTermsOf } from './query';
import type { RunbookIndex } from './runbook-index';
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
  const { runbooks, sections } = index.tallies;
  runbooks.take(terms);
  const named = namedIn(text, asked, index.names);
  if (named.size === 0 && !runbooks.touched.some(threshold(terms, runbooks))) return [];
  sections.take(terms);
  return ranked(scoresOf(index, named), named)
    .slice(0, Math.max(0, limit))
    .flatMap(({ at, score }) => {
      const runbook = index.runbooks[at];
      return runbook === undefined ? [] : [{ runbook, score, sectionScores: sectionScoresOf(index, at) }];
    });
}

interface Scored {
  readonly at: number;
  readonly score: number;
}

/** Of the runbooks that are named or have a term. A section has no term that its runbook has not. */
function scoresOf(index: RunbookIndex, named: ReadonlySet<number>): readonly Scored[] {
  const { scores, touched } = index.tallies.runbooks;
  const unmentioned = [...named].filter((at) => scores[at] === 0);
  return [...touched, ...unmentioned].map((at) => {
    const score = (scores[at] ?? 0) + bestSectionShare * bestSectionScore(index, at);
    return { at, score: index.indexPages[at] === true ? score * indexPageShare : score };
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

function bestSectionScore({ firstSections, tallies }: RunbookIndex, at: number): number {
  let best = 0;
  const end = firstSections[at + 1] ?? 0;
  for (let section = firstSections[at] ?? end; section < end; section += 1) {
    best = Math.max(best, tallies.sections.scores[section] ?? 0);
  }
  return best;
}

function sectionScoresOf({ firstSections, tallies }: RunbookIndex, at: number): readonly number[] {
  return Array.from(tallies.sections.scores.subarray(firstSections[at], firstSections[at + 1]));
}

/** What is worth mentioning, best first, with what was named above all the rest. */
function ranked(scored: readonly Scored[], named: ReadonlySet<number>): readonly Scored[] {
  const highest = scored.reduce((most, { score }) => Math.max(most, score), 0);
  return scored
    .map(({ at, score }) => ({ at, score: named.has(at) ? score + namedLead * highest : score }))
    .filter(({ score }) => score > worthMentioning * highest)
    .sort((left, right) => right.score - left.score || left.at - right.at);
}
