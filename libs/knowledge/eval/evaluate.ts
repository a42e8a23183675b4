import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Runbook } from '@jamie/core';
import { listFolder } from '../src/folder/list-folder';
import { readRunbooks } from '../src/folder/read-runbooks';
import { buildIndex } from '../src/index/build-index';
import { atOnce } from '../src/slices';
import { enlarge } from './enlarge';
import { goals } from './goals';
import {
  type Outcome,
  alertQuestions,
  meanReciprocalRank,
  outcomesOf,
  percentile,
  recallAt,
  searchTimes,
  share,
} from './measure';
import { type EvaluationQuestion, isShipped, readQuestions } from './question-set';

interface Figure {
  readonly name: string;
  readonly value: string;
  /** Absent where there is nothing to reach. */
  readonly goal?: string;
  readonly reached: boolean;
}

const timedSize = 500;
const timedRounds = 10;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      set: { type: 'string', default: 'questions' },
      failures: { type: 'boolean', default: false },
      runbooks: { type: 'string', default: join(__dirname, '../../../runbooks') },
    },
  });
  const { set } = values;
  if (values.failures && set === 'questions') {
    throw new Error('--failures works with other sets than "questions" only: what is held out stays unseen');
  }
  const startMs = performance.now();
  const { runbooks, skipped } = await readRunbooks(await listFolder(resolve(values.runbooks)));
  const readMs = performance.now() - startMs;
  for (const { path, reason } of skipped) print(`${path} is skipped: ${reason}`);
  const { figures, outcomes } = evaluate(runbooks, readQuestions(set), isShipped(set) ? goals : {});
  print(`${runbooks.length} runbooks, read in ${readMs.toFixed(0)} ms; questions of the set "${set}"\n`);
  for (const figure of figures) print(lineOf(figure));
  if (values.failures) for (const outcome of outcomes) printFailure(outcome);
  process.exitCode = figures.every(({ reached }) => reached) ? 0 : 1;
}

function evaluate(
  runbooks: readonly Runbook[],
  questions: readonly EvaluationQuestion[],
  aims: Partial<typeof goals>,
): { readonly figures: readonly Figure[]; readonly outcomes: readonly Outcome[] } {
  const startMs = performance.now();
  const index = atOnce(buildIndex(runbooks));
  const buildMs = performance.now() - startMs;
  const alerts = outcomesOf(index, alertQuestions(runbooks));
  const outcomes = outcomesOf(index, questions);
  const answerable = outcomes.filter(({ expect }) => expect.length > 0);
  const nothing = outcomes.filter(({ expect }) => expect.length === 0);
  const figures = [
    atLeast(`recall@1 of ${alerts.length} alert names`, recallAt(1, alerts), aims.recallAt1OfAlerts),
    atLeast(`recall@1 of ${answerable.length} questions`, recallAt(1, answerable)),
    atLeast('recall@3', recallAt(3, answerable), aims.recallAt3),
    atLeast('mean reciprocal rank', meanReciprocalRank(answerable), aims.meanReciprocalRank),
    atMost(
      `false hits of ${nothing.length} questions`,
      share(nothing, ({ found }) => found.length > 0),
      aims.falseHits,
    ),
    ...timesOf(runbooks, [...alerts, ...outcomes], aims.p95Ms),
    atMost(`index of ${runbooks.length} runbooks built, ms`, buildMs),
  ];
  return { figures, outcomes };
}

function timesOf(
  runbooks: readonly Runbook[],
  outcomes: readonly Outcome[],
  p95Ms: number | undefined,
): readonly Figure[] {
  const index = atOnce(buildIndex(enlarge(runbooks, timedSize)));
  const times = searchTimes(
    index,
    outcomes.map(({ question }) => question),
    timedRounds,
  );
  return [
    atMost(`one search in ${timedSize} runbooks (shipped and recombined), p50 ms`, percentile(times, 0.5)),
    atMost(
      `one search in ${timedSize} runbooks (shipped and recombined), p95 ms`,
      percentile(times, 0.95),
      p95Ms,
    ),
  ];
}

function atLeast(name: string, value: number, goal?: number): Figure {
  if (goal === undefined) return { name, value: value.toFixed(3), reached: true };
  return { name, value: value.toFixed(3), goal: `>= ${goal}`, reached: value >= goal };
}

function atMost(name: string, value: number, goal?: number): Figure {
  if (goal === undefined) return { name, value: value.toFixed(3), reached: true };
  return { name, value: value.toFixed(3), goal: `<= ${goal}`, reached: value <= goal };
}

function lineOf({ name, value, goal, reached }: Figure): string {
  const verdict = goal === undefined ? '' : `${goal.padEnd(8)} ${reached ? 'ok' : 'MISSED'}`;
  return `${name.padEnd(62)} ${value.padStart(8)}   ${verdict}`.trimEnd();
}

function printFailure({ question, expect, found, rank }: Outcome): void {
  if (expect.length === 0 ? found.length === 0 : rank === 1) return;
  print(
    `\n${rank}  ${question}\n   expected ${expect.join(', ') || 'nothing'}; found ${found.slice(0, 4).join(', ') || 'nothing'}`,
  );
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
