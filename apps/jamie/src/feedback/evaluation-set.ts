import { posix } from 'node:path';
import { type FeedbackRecord, feedbackRecord } from './feedback-record';

/** In the form of `libs/knowledge/eval`: a question, and file names of the runbooks that answer it. */
interface EvaluationQuestion {
  readonly question: string;
  readonly expect: readonly string[];
}

/** A bad answer: a person knows which runbook was right, or that none is there. */
interface QuestionToReview extends EvaluationQuestion {
  readonly reason?: string;
}

export interface EvaluationSet {
  /** From good answers: what they rest on is what should be found again. */
  readonly questions: readonly EvaluationQuestion[];
  /** From bad answers: `expect` is what was found instead of the right one. */
  readonly toReview: readonly QuestionToReview[];
  /** Why the other lines are in neither, and how many of them. */
  readonly leftOut: {
    readonly unreadable: number;
    readonly followUps: number;
    readonly withoutSources: number;
  };
}

/** Makes questions of the lines of FEEDBACK_FILE, oldest first. The last verdict on an answer counts. */
export function evaluationSet(lines: readonly string[]): EvaluationSet {
  const written = lines.filter((line) => line.trim() !== '');
  const records = written.flatMap((line) => readRecord(line) ?? []);
  const latest = [...new Map(records.map((record) => [record.answer_id, record])).values()];
  // A follow-up says little by itself, and is searched for by itself.
  const first = latest.filter(({ earlier_turns }) => earlier_turns === 0);
  const good = first.filter(({ verdict }) => verdict === 'good');
  const rested = good.filter(({ sources }) => sources.length > 0);
  return {
    questions: merged(rested),
    toReview: first.filter(({ verdict }) => verdict === 'bad').map(toReview),
    leftOut: {
      unreadable: written.length - records.length,
      followUps: latest.length - first.length,
      withoutSources: good.length - rested.length,
    },
  };
}

function readRecord(line: string): FeedbackRecord | undefined {
  try {
    return feedbackRecord.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/** A question that was asked several times expects whatever answered it. */
function merged(records: readonly FeedbackRecord[]): readonly EvaluationQuestion[] {
  const expected = new Map<string, Set<string>>();
  for (const record of records) {
    const names = expected.get(record.question) ?? new Set();
    for (const name of restedOn(record)) names.add(name);
    expected.set(record.question, names);
  }
  return [...expected].map(([question, names]) => ({ question, expect: [...names] }));
}

function toReview(record: FeedbackRecord): QuestionToReview {
  const { question, reason } = record;
  return { question, expect: restedOn(record), ...(reason === undefined ? {} : { reason }) };
}

/** The runbooks that the answer cites; one that cites none rests on the first. */
function restedOn({ answer, sources }: FeedbackRecord): readonly string[] {
  const numbers = [...answer.matchAll(/\[(\d{1,2})\]/g)].map(([, number]) => Number(number));
  const cited = sources.filter((_source, at) => numbers.includes(at + 1));
  const chosen = cited.length > 0 ? cited : sources.slice(0, 1);
  return [...new Set(chosen.map(({ path }) => posix.basename(path, posix.extname(path))))];
}
