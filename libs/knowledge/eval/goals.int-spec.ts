import { join } from 'node:path';
import type { Runbook } from '@jamie/core';
import { type Skipped, listFolder } from '../src/folder/list-folder';
import { readRunbooks } from '../src/folder/read-runbooks';
import { buildIndex } from '../src/index/build-index';
import type { RunbookIndex } from '../src/index/runbook-index';
import { atOnce } from '../src/slices';
import { goals } from './goals';
import { alertQuestions, meanReciprocalRank, outcomesOf, recallAt, share } from './measure';
import { readQuestions } from './question-set';

describe('searching the runbooks that ship with Jamie', () => {
  let runbooks: readonly Runbook[];
  let skipped: readonly Skipped[];
  let index: RunbookIndex;

  beforeAll(async () => {
    ({ runbooks, skipped } = await readRunbooks(await listFolder(join(__dirname, '../../../runbooks'))));
    index = atOnce(buildIndex(runbooks));
  });

  it('leaves none of them out', () => {
    expect(skipped).toEqual([]);
  });

  it('finds every alert by its name, first of all', () => {
    const missed = outcomesOf(index, alertQuestions(runbooks)).filter(({ rank }) => rank !== 1);
    expect(missed.map(({ question }) => question)).toEqual([]);
  });

  it('answers questions in other words as well as promised', () => {
    const outcomes = outcomesOf(index, readQuestions('questions')).filter(
      ({ expect: names }) => names.length > 0,
    );
    expect(recallAt(3, outcomes)).toBeGreaterThanOrEqual(goals.recallAt3);
    expect(meanReciprocalRank(outcomes)).toBeGreaterThanOrEqual(goals.meanReciprocalRank);
  });

  it('finds nothing where there is nothing to find, as often as promised', () => {
    const outcomes = outcomesOf(index, readQuestions('questions')).filter(
      ({ expect: names }) => names.length === 0,
    );
    expect(share(outcomes, ({ found }) => found.length > 0)).toBeLessThanOrEqual(goals.falseHits);
  });
});
