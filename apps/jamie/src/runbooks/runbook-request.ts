import { z } from 'zod';
import { Refusal } from '../http/errors';

const limits = 'must be a whole number from 1 to 1000';

/** Query of `GET /api/runbooks`. Lengths are characters. */
export const runbookRequest = z.strictObject({
  query: z
    .string('must be given once')
    .trim()
    .max(1000, 'must be at most 1000 characters')
    .meta({ description: 'Words to search for, best match first; absent or empty, all runbooks by path' })
    .optional(),
  limit: z.coerce
    .number(limits)
    .int(limits)
    .min(1, limits)
    .max(1000, limits)
    .default(100)
    .meta({ description: 'At most so many, 1 to 1000' }),
});

export type RunbookRequest = z.infer<typeof runbookRequest>;

/** Throws a Refusal that names every wrong parameter. */
export function parseRunbookRequest(query: unknown): RunbookRequest {
  const parsed = runbookRequest.safeParse(query);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => {
    if (issue.code === 'unrecognized_keys') return 'the parameters are query and limit';
    return `${String(issue.path[0])} ${issue.message}`;
  });
  throw new Refusal(400, `${problems.join('; ')}.`);
}
