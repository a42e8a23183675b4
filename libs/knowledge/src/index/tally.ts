import type { Candidate, QueryTerm } from './query';
import type { IndexedTerm, Postings } from './runbook-index';

/** What a question finds, by place. */
export interface Tally {
  /** Strength of all terms found, the rarer the more. */
  readonly scores: Float64Array;
  /** The same, with a limit for each term and rare ones damped: one word alone, however strong, is no topic. */
  readonly evidence: Float64Array;
  /** Weight of those of the question's terms that are there; a term in passing counts in part. */
  readonly covered: Float64Array;
}

const strongestTerm = 4;

/** Adds up what the terms of a question find in each place. */
export function tally(
  terms: readonly QueryTerm[],
  places: number,
  postingsOf: (term: IndexedTerm) => Postings,
): Tally {
  const scores = new Float64Array(places);
  const evidence = new Float64Array(places);
  const covered = new Float64Array(places);
  for (const { candidates, weight } of terms) {
    const found = bestOf(candidates, postingsOf);
    for (const [at, place] of found.places.entries()) {
      const strength = found.strengths[at] ?? 0;
      scores[place] = (scores[place] ?? 0) + weight * strength;
      evidence[place] = (evidence[place] ?? 0) + Math.sqrt(weight) * Math.min(strongestTerm, strength);
      covered[place] = (covered[place] ?? 0) + weight * Math.min(1, strength);
    }
  }
  return { scores, evidence, covered };
}

/** In each place the strongest candidate. */
function bestOf(candidates: readonly Candidate[], postingsOf: (term: IndexedTerm) => Postings): Postings {
  const [first] = candidates;
  if (first !== undefined && candidates.length === 1 && first.likeness === 1) return postingsOf(first.term);
  const best = new Map<number, number>();
  for (const { term, likeness } of candidates) {
    const { places, strengths } = postingsOf(term);
    for (const [at, place] of places.entries()) {
      best.set(place, Math.max(best.get(place) ?? 0, likeness * (strengths[at] ?? 0)));
    }
  }
  return { places: [...best.keys()], strengths: [...best.values()] };
}
