import type { Runbook } from '@jamie/core';
import { baseName } from '../markdown/parse-runbook';

/** The names under which people know a runbook, each once. */
export function namesOf(runbook: Runbook): readonly string[] {
  const names = [...runbook.alerts, runbook.title, baseName(runbook.path)];
  return [...new Map(names.map((name) => [nameKey(name), name])).values()];
}

/** The same for `KubePodCrashLooping`, `Kube Pod Crash Looping` and `kube-pod-crash-looping`. */
export function nameKey(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}

/** Number of the runbooks by the key of each of their alerts. */
export function alertKeysOf(runbooks: readonly Runbook[]): ReadonlyMap<string, readonly number[]> {
  const keys = new Map<string, number[]>();
  for (const [runbook, { alerts }] of runbooks.entries()) {
    for (const key of new Set(alerts.map(nameKey))) {
      if (key !== '') keys.set(key, [...(keys.get(key) ?? []), runbook]);
    }
  }
  return keys;
}

const wordsOfLongestName = 8;

/** The runbooks whose alert a text names, written in any case, in one word or in several. */
export function namedIn(
  text: string,
  alertKeys: ReadonlyMap<string, readonly number[]>,
): ReadonlySet<number> {
  const words = text.match(/[\p{L}\p{N}]+/gu)?.map(nameKey) ?? [];
  const named = new Set<number>();
  for (let start = 0; start < words.length; start += 1) {
    let key = '';
    for (const word of words.slice(start, start + wordsOfLongestName)) {
      key += word;
      for (const runbook of alertKeys.get(key) ?? []) named.add(runbook);
    }
  }
  return named;
}
