import type { Runbook } from '@jamie/core';
import type { RunbookIndex } from '../src/index/runbook-index';
import { searchIndex } from '../src/index/search-index';
import { baseName } from '../src/markdown/parse-runbook';
import type { EvaluationQuestion } from './question-set';

const deepest = 10;

export interface Outcome {
  readonly question: string;
  readonly expect: readonly string[];
  /** Names of what was found, best first. */
  readonly found: readonly string[];
  /** Of the first expected runbook, from 1 on; 0 when none of them was found. */
  readonly rank: number;
}

export function outcomesOf(
  index: RunbookIndex,
  questions: readonly EvaluationQuestion[],
): readonly Outcome[] {
  return questions.map(({ question, expect }) => {
    const found = searchIndex(index, question, deepest).map(({ runbook }) => baseName(runbook.path));
    return { question, expect, found, rank: found.findIndex((name) => expect.includes(name)) + 1 };
  });
}

/** "X is firing" for every alert of the collection. */
export function alertQuestions(runbooks: readonly Runbook[]): readonly EvaluationQuestion[] {
  return runbooks.flatMap(({ alerts, path }) =>
    alerts.map((alert) => ({ question: `${alert} is firing`, expect: [baseName(path)] })),
  );
}

export function recallAt(depth: number, outcomes: readonly Outcome[]): number {
  return share(outcomes, ({ rank }) => rank > 0 && rank <= depth);
}

/** Mean of 1 / rank; 0 for what was not found. */
export function meanReciprocalRank(outcomes: readonly Outcome[]): number {
  const sum = outcomes.reduce((total, { rank }) => total + (rank === 0 ? 0 : 1 / rank), 0);
  return sum / Math.max(1, outcomes.length);
}

export function share(outcomes: readonly Outcome[], matches: (outcome: Outcome) => boolean): number {
  return outcomes.filter(matches).length / Math.max(1, outcomes.length);
}

/** Milliseconds of single searches, ascending; the first round only warms up. */
export function searchTimes(
  index: RunbookIndex,
  questions: readonly string[],
  rounds: number,
): readonly number[] {
  const times: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    for (const question of questions) {
      const startMs = performance.now();
      searchIndex(index, question, 3);
      if (round > 0) times.push(performance.now() - startMs);
    }
  }
  return times.sort((left, right) => left - right);
}

export function percentile(ascending: readonly number[], part: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * part))] ?? 0;
}
