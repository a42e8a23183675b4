import type { QueryTerm } from './query-term';
import type { Postings } from './indexed-term';

/** Of which places a tally is: whole runbooks, or the sections of all runbooks in a row. */
export type Places = 'runbooks' | 'sections';

const strongestTerm = 4;
const identifierFactor = 3;

/** What the terms of one question find, by place. Used again for the next question, so that a search allocates little. */
export class Tally {
  /** Strength of all terms found, the rarer the more. */
  readonly scores: Float64Array;
  /** How sure it is that the place is about the topic: one everyday word, however strong or rare, is not enough. */
  readonly evidence: Float64Array;
  /** Weight of those of the question's terms that are there; a term in passing counts in part. */
  readonly covered: Float64Array;
  /** The places with a score, each once. */
  readonly touched: number[] = [];
  // Of the term that is being added, in each place its strongest candidate.
  private readonly strengths: Float64Array;
  private readonly convictions: Float64Array;

  constructor(
    private readonly kind: Places,
    places: number,
  ) {
    this.scores = new Float64Array(places);
    this.evidence = new Float64Array(places);
    this.covered = new Float64Array(places);
    this.strengths = new Float64Array(places);
    this.convictions = new Float64Array(places);
  }

  /** Forgets the last question and adds up what the terms of this one find. */
  take(terms: readonly QueryTerm[]): void {
    for (const place of this.touched) this.scores[place] = this.evidence[place] = this.covered[place] = 0;
    this.touched.length = 0;
    for (const term of terms) this.add(term);
  }

  private add({ candidates, weight }: QueryTerm): void {
    const rootOfWeight = Math.sqrt(weight);
    for (const { term, likeness } of candidates) this.raise(term[this.kind], likeness, term.identifier);
    for (const { term } of candidates) {
      for (const place of term[this.kind].places) {
        const strength = this.strengths[place] ?? 0;
        // Nothing is left to add where another candidate was found before.
        if (strength === 0) continue;
        if (this.scores[place] === 0) this.touched.push(place);
        this.scores[place] = (this.scores[place] ?? 0) + weight * strength;
        this.evidence[place] = (this.evidence[place] ?? 0) + rootOfWeight * (this.convictions[place] ?? 0);
        this.covered[place] = (this.covered[place] ?? 0) + weight * Math.min(1, strength);
        this.strengths[place] = this.convictions[place] = 0;
      }
    }
  }

  private raise({ places, strengths }: Postings, likeness: number, identifier: boolean): void {
    const factor = identifier ? identifierFactor : 1;
    for (let at = 0; at < places.length; at += 1) {
      const place = places[at] ?? 0;
      const strength = likeness * (strengths[at] ?? 0);
      const conviction = Math.min(strongestTerm, factor * strength);
      if (strength > (this.strengths[place] ?? 0)) this.strengths[place] = strength;
      if (conviction > (this.convictions[place] ?? 0)) this.convictions[place] = conviction;
    }
  }
}
