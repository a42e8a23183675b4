import type { QueryTerm } from './query';
import type { IndexedTerm, Postings } from './runbook-index';

/** What a question finds, by place. */
export interface Tally {
  /** Strength of all terms found, the rarer the more. */
  readonly scores: Float64Array;
  /** How sure it is that the place is about the topic: one everyday word, however strong or rare, is not enough. */
  readonly evidence: Float64Array;
  /** Weight of those of the question's terms that are there; a term in passing counts in part. */
  readonly covered: Float64Array;
}

const strongestTerm = 4;
const identifierFactor = 3;

/** Adds up what the terms of a question find in each place. */
export function tally(
  terms: readonly QueryTerm[],
  places: number,
  postingsOf: (term: IndexedTerm) => Postings,
): Tally {
  const scores = new Float64Array(places);
  const evidence = new Float64Array(places);
  const covered = new Float64Array(places);
  const best = new BestOfTerm(places, postingsOf);
  for (const term of terms) {
    const { weight } = term;
    best.of(term, (place, strength, conviction) => {
      scores[place] = (scores[place] ?? 0) + weight * strength;
      evidence[place] = (evidence[place] ?? 0) + Math.sqrt(weight) * conviction;
      covered[place] = (covered[place] ?? 0) + weight * Math.min(1, strength);
    });
  }
  return { scores, evidence, covered };
}

/** In each place the strongest of a term's candidates. */
class BestOfTerm {
  private readonly strengths: Float64Array;
  private readonly convictions: Float64Array;

  constructor(
    places: number,
    private readonly postingsOf: (term: IndexedTerm) => Postings,
  ) {
    this.strengths = new Float64Array(places);
    this.convictions = new Float64Array(places);
  }

  of({ candidates }: QueryTerm, found: (place: number, strength: number, conviction: number) => void): void {
    const touched = candidates.map(({ term, likeness }) => {
      const { places, strengths } = this.postingsOf(term);
      for (let at = 0; at < places.length; at += 1) {
        this.raise(places[at] ?? 0, likeness * (strengths[at] ?? 0), term.identifier);
      }
      return places;
    });
    for (const places of touched) {
      for (const place of places) {
        // Nothing is left to add where another candidate was found before.
        found(place, this.strengths[place] ?? 0, this.convictions[place] ?? 0);
        this.strengths[place] = 0;
        this.convictions[place] = 0;
      }
    }
  }

  private raise(place: number, strength: number, identifier: boolean): void {
    const conviction = Math.min(strongestTerm, identifier ? identifierFactor * strength : strength);
    this.strengths[place] = Math.max(this.strengths[place] ?? 0, strength);
    this.convictions[place] = Math.max(this.convictions[place] ?? 0, conviction);
  }
}
