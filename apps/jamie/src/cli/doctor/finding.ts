import type { Config } from '../../config/config';

export type Verdict = 'ok' | 'warning' | 'wrong';

/** One line of the doctor's report. */
export interface Finding {
  /** What was looked at, one word. */
  readonly check: string;
  readonly verdict: Verdict;
  /** What was found, one sentence. */
  readonly text: string;
  /** What to do, one sentence; where there is none, `text` says it or nothing is to be done. */
  readonly fix?: string;
}

/** Looks at one thing and tells what it finds. Throws only the signal's reason. */
export type Check = (config: Config, signal: AbortSignal) => AsyncIterable<Finding>;

/** Makes the findings of one check. */
export function findingsOf(check: string) {
  const finding =
    (verdict: Verdict) =>
    (text: string, fix?: string): Finding => ({ check, verdict, text, ...(fix !== undefined && { fix }) });
  return { ok: finding('ok'), warning: finding('warning'), wrong: finding('wrong') };
}
