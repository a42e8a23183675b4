import type { RunbookList, RunbookText } from '../../runbooks/runbook-response';

/** The runbooks that a command looks into: those of a folder, or those of a running Jamie. */
export interface Shelf {
  /** All when there are no words. */
  list(words: string, limit: number): Promise<RunbookList>;
  /** Throws CommandError when there is none at that path. */
  read(path: string): Promise<RunbookText>;
}
