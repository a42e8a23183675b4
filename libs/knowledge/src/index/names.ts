import type { Runbook } from '@jamie/core';
import { baseName } from '../markdown/parse-runbook';
import { type Term, termsOf } from '../text/words';

type ByKey = ReadonlyMap<string, readonly number[]>;

export interface NameKeys {
  /** By their letters and digits alone: the same for `KubeJobFailed`, `Kube Job Failed` and `kube-job-failed`. */
  readonly alerts: ByKey;
  /** By what the name says: the same for `Severity levels` and "what are the severity levels?". */
  readonly anyName: ByKey;
}

const wordsOfLongestName = 8;

/** The names under which people know a runbook, each once. */
export function namesOf({ alerts, title, path }: Runbook): readonly string[] {
  return [...new Map([...alerts, title, baseName(path)].map((name) => [lettersOf(name), name])).values()];
}

export function nameKeysOf(runbooks: readonly Runbook[]): NameKeys {
  return {
    alerts: byKey(runbooks, ({ alerts }) => alerts.map(lettersOf)),
    anyName: byKey(runbooks, (runbook) => namesOf(runbook).map((name) => saidBy(termsOf(name)))),
  };
}

/** The runbooks whose alert a text mentions, in any case, in one word or several, and those that it names and no more. */
export function namedIn(text: string, terms: readonly Term[], keys: NameKeys): ReadonlySet<number> {
  const named = new Set<number>();
  const words: readonly string[] = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  let start = 0;
  while (start < words.length) {
    const { runbooks, width } = longestNameAt(words, start, keys.alerts);
    for (const runbook of runbooks) named.add(runbook);
    start += width;
  }
  return named.size > 0 ? named : new Set(keys.anyName.get(saidBy(terms)));
}

/** Of `HCP_KubeAPIDown` and `KubeAPIDown` the former, when the text has it. */
function longestNameAt(
  words: readonly string[],
  start: number,
  alerts: ByKey,
): { readonly runbooks: readonly number[]; readonly width: number } {
  let longest: { readonly runbooks: readonly number[]; readonly width: number } = { runbooks: [], width: 1 };
  let key = '';
  for (let width = 1; width <= wordsOfLongestName && start + width <= words.length; width += 1) {
    key += words[start + width - 1] ?? '';
    const runbooks = alerts.get(key);
    if (runbooks !== undefined) longest = { runbooks, width };
  }
  return longest;
}

function byKey(runbooks: readonly Runbook[], keysOf: (runbook: Runbook) => readonly string[]): ByKey {
  const found = new Map<string, number[]>();
  for (const [at, runbook] of runbooks.entries()) {
    for (const key of new Set(keysOf(runbook))) {
      if (key !== '') found.set(key, [...(found.get(key) ?? []), at]);
    }
  }
  return found;
}

function lettersOf(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}

function saidBy(terms: readonly Term[]): string {
  return terms.flatMap(({ text, compound }) => (compound ? [] : [text])).join(' ');
}
