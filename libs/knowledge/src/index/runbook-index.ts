import type { Runbook } from '@jamie/core';
import type { NameKeys } from './names';
import type { Tally } from './tally';

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

/** A collection of runbooks, ready to be searched. Nothing but the tallies changes once it is built. */
export interface RunbookIndex {
  readonly runbooks: readonly Runbook[];
  /** For each runbook whether it is a page of links to others. */
  readonly indexPages: readonly boolean[];
  /** Place of each runbook's first section; one entry more at the end. */
  readonly firstSections: readonly number[];
  readonly terms: ReadonlyMap<string, IndexedTerm>;
  /** All terms by their first letter. */
  readonly byFirstLetter: ReadonlyMap<string, readonly IndexedTerm[]>;
  /** The runbooks by the keys of their names. */
  readonly names: NameKeys;
  /** Of the search that runs now; none lasts beyond its call. */
  readonly tallies: { readonly runbooks: Tally; readonly sections: Tally };
}
