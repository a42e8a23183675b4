export interface RunbookSection {
  /** Text of the heading; the runbook's title for what stands before the first one. */
  readonly heading: string;
  /** Markdown below the heading, without it. */
  readonly text: string;
}

export interface Runbook {
  readonly title: string;
  /** Path of the file below the runbook folder, with `/` between its parts. */
  readonly path: string;
  readonly alerts: readonly string[];
  readonly services: readonly string[];
  readonly severity?: string;
  /** Where people read it, when its front matter says so. */
  readonly url?: string;
  /** In the order of the file; at least one. */
  readonly sections: readonly RunbookSection[];
}

export interface RunbookMatch {
  readonly runbook: Runbook;
  /** Higher fits better; comparable only within one search. */
  readonly score: number;
  /** How well each section of the runbook fits, by its index; same length as `runbook.sections`. */
  readonly sectionScores: readonly number[];
}

/** Port: the team's runbooks, in memory. */
export abstract class RunbookSearch {
  /** Best first, at most `limit`; empty when nothing fits well enough (small talk, another topic). */
  abstract search(query: string, limit: number): readonly RunbookMatch[];

  /** How many runbooks are loaded. */
  abstract count(): number;

  /** All that are loaded, in the order of their paths. */
  abstract list(): readonly Runbook[];

  /** The runbook at that path, as in `Runbook.path`; undefined when none is loaded from there. */
  abstract find(path: string): Runbook | undefined;
}
