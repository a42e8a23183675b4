import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';

const schema = z.array(z.object({ question: z.string().min(1), expect: z.array(z.string()) }));

/** `expect`: titles or file names of the runbooks that answer it; none when nothing should be found. */
export type EvaluationQuestion = z.infer<typeof schema>[number];

/** `questions` is held out: nothing is tuned on it, and nobody looks at what it misses. */
const shipped = ['questions', 'tuning'];

/** Whether it is one of the sets that the goals are about. */
export function isShipped(set: string): boolean {
  return shipped.includes(set);
}

/** A shipped set by its name, or a file in the same form: what `jamie eval export` writes. Throws when it is neither. */
export function readQuestions(set: string): readonly EvaluationQuestion[] {
  const path = isShipped(set) ? join(__dirname, `${set}.json`) : resolve(set);
  const read = schema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  if (!read.success) throw new Error(`${path} is no list of { "question", "expect": ["runbook"] }`);
  return read.data;
}
