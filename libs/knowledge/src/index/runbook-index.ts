import type { Runbook } from '@jamie/core';
import type { IndexedTerm } from './indexed-term';
import type { NameKeys } from './names';
import type { Tally } from './tally';

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
