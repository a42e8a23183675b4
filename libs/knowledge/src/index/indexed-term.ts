/** Where a term stands and how much it says there; two lists side by side, each place once. */
export interface Postings {
  readonly places: readonly number[];
  readonly strengths: readonly number[];
}

export interface IndexedTerm {
  readonly text: string;
  /** Written as one word of several parts, or with digits: a name, and no word of everyday language. */
  readonly identifier: boolean;
  /** From near 0 (in every runbook) to 1 (in none). */
  readonly rarity: number;
  readonly runbooks: Postings;
  /** Sections of all runbooks in a row. */
  readonly sections: Postings;
}
