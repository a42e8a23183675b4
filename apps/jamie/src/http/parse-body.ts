import type { z } from 'zod';
import { Refusal } from './errors';

/** Reads a body by its schema. Throws a Refusal that names every wrong field; `required` is named when there is no object at all. */
export function parseBody<T extends z.ZodObject>(schema: T, body: unknown, required: string): z.infer<T> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => {
    if (issue.code === 'unrecognized_keys')
      return `unknown field ${issue.keys.map((key) => `"${key}"`).join(', ')}`;
    if (issue.path.length === 0) return `the body must be a JSON object with ${required}`;
    return `${String(issue.path[0])} ${issue.message}`;
  });
  throw new Refusal(400, `${problems.join('; ')}.`);
}

/** For a schema's `refine`: at most so many characters (code points), which are counted only when the cheaper count is over. */
export function atMost(maximum: number): [check: (text: string) => boolean, message: string] {
  const check = (text: string): boolean => text.length <= maximum || Array.from(text).length <= maximum;
  return [check, `must be at most ${maximum} characters`];
}
