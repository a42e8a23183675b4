import { z } from 'zod';
import { Refusal } from '../http/errors';

const maxMessage = 8000;
const maxContext = 16_000;

/** Body of `POST /chat`. Lengths are characters (code points) after trimming the message. */
export const chatRequest = z.strictObject({
  message: z
    .string('must be a string')
    .trim()
    .min(1, 'must not be empty')
    .refine((text) => atMost(text, maxMessage), `must be at most ${maxMessage} characters`)
    .meta({ description: 'The question', minLength: 1, maxLength: maxMessage }),
  context: z
    .string('must be a string')
    .refine((text) => atMost(text, maxContext), `must be at most ${maxContext} characters`)
    .meta({
      description: 'What the caller already knows: alert text, a log, findings',
      maxLength: maxContext,
    })
    .optional(),
  conversation_id: z
    .string('must be a string')
    .regex(/^[A-Za-z0-9._:-]{1,128}$/, 'must be 1 to 128 of A-Z a-z 0-9 . _ : -')
    .meta({ description: 'Continues that conversation; absent, a new one is made and returned' })
    .optional(),
});

export type ChatRequest = z.infer<typeof chatRequest>;

/** Throws a Refusal that names every wrong field. */
export function parseChatRequest(body: unknown): ChatRequest {
  const parsed = chatRequest.safeParse(body);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => {
    if (issue.code === 'unrecognized_keys')
      return `unknown field ${issue.keys.map((key) => `"${key}"`).join(', ')}`;
    if (issue.path.length === 0) return 'the body must be a JSON object with the field "message"';
    return `${String(issue.path[0])} ${issue.message}`;
  });
  throw new Refusal(400, `${problems.join('; ')}.`);
}

/** Counts code points only when the cheaper count is over. */
function atMost(text: string, maximum: number): boolean {
  return text.length <= maximum || Array.from(text).length <= maximum;
}
