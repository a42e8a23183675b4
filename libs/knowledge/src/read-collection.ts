import type { Runbook, RunbookMatch } from '@jamie/core';
import { type Skipped, listFolder, reasonOf } from './folder/list-folder';
import { readRunbooks } from './folder/read-runbooks';
import { buildIndex } from './index/build-index';
import { searchIndex } from './index/search-index';
import { atOnce } from './slices';

/** The runbooks of a folder as they are now. */
export interface RunbookCollection {
  readonly runbooks: readonly Runbook[];
  /** What was left out, and why, in words that complete "X is skipped: ". */
  readonly skipped: readonly Skipped[];
  /** As `RunbookSearch.search`. */
  search(query: string, limit: number): readonly RunbookMatch[];
}

/** Reads a folder once, for programs that have no application around them. Rejects, with a sentence, when it cannot be read. */
export async function readCollection(directory: string): Promise<RunbookCollection> {
  const listing = await listFolder(directory).catch((error: unknown) => {
    throw new Error(`the folder ${directory} cannot be read: ${reasonOf(error)}`);
  });
  const { runbooks, skipped } = await readRunbooks(listing);
  const index = atOnce(buildIndex(runbooks));
  return { runbooks, skipped, search: (query, limit) => searchIndex(index, query, limit) };
}
