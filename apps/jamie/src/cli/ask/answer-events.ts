import { z } from 'zod';
import { chatResponse } from '../../chat/chat-response';
import { CommandError } from '../command';
import type { AskEvent } from './asking';
import type { ServerSentEvent } from './event-reader';

const words = z.object({ text: z.string() });
const failure = z.object({ message: z.string() });

/** What one event of the stream means; undefined for those that nobody needs here. Throws CommandError. */
export function answerEventOf({ event, data }: ServerSentEvent): AskEvent | undefined {
  const value = jsonOf(data);
  if (event === 'error') throw new CommandError(failure.safeParse(value).data?.message ?? notJamie);
  if (event === 'finish') {
    const body = chatResponse.safeParse(value);
    if (!body.success) throw new CommandError(notJamie);
    return { type: 'finish', body: body.data };
  }
  if (event !== 'status' && event !== 'text-delta') return undefined;
  const parsed = words.safeParse(value);
  return parsed.success ? { type: event, text: parsed.data.text } : undefined;
}

const notJamie = 'What came back is no answer of this version of Jamie: see that --url leads to it.';

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
