import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const schema = z.array(z.object({ question: z.string().min(1), expect: z.array(z.string()) }));

/** `expect`: titles or file names of the runbooks that answer it; none when nothing should be found. */
export type EvaluationQuestion = z.infer<typeof schema>[number];

/** `questions` is held out: nothing is tuned on it, and nobody looks at what it misses. */
export type QuestionSet = 'questions' | 'tuning';

export function readQuestions(set: QuestionSet): readonly EvaluationQuestion[] {
  return schema.parse(JSON.parse(readFileSync(join(__dirname, `${set}.json`), 'utf8')));
}
