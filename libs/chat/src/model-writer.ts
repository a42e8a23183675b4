import {
  type ChatEvent,
  type Lane,
  type LanguageModel,
  ModelError,
  type ModelEvent,
  type Question,
  type RunbookMatch,
  type Turn,
} from '@jamie/core';
import type { Draft } from './draft';
import { passagesForModel, sourceOf } from './passages';
import { type Prompt, buildPrompt } from './prompt';

export interface ModelWriting {
  readonly model: LanguageModel;
  readonly question: Question;
  readonly history: readonly Turn[];
  readonly matches: readonly RunbookMatch[];
  readonly draft: Draft;
  readonly signal: AbortSignal;
}

// The model knows its own tokens; when it says the prompt is too long, a clearly shorter one is tried once.
const shorterBy = 0.6;
const cutOff = '\n\n*(The answer was cut off here: it reached the length limit.)*';

/** Lets the model write into the draft. Throws what the model throws. */
export async function* writeWithModel(writing: ModelWriting): AsyncGenerator<ChatEvent, void, undefined> {
  try {
    yield* write(writing, writing.model.inputBudgetCharacters());
  } catch (thrown) {
    const tooLong = thrown instanceof ModelError && thrown.promptTooLong;
    if (!tooLong || writing.draft.text !== '') throw thrown;
    yield* write(writing, Math.floor(writing.model.inputBudgetCharacters() * shorterBy));
  }
}

async function* write(
  writing: ModelWriting,
  budgetCharacters: number,
): AsyncGenerator<ChatEvent, void, undefined> {
  const { model, question, history, matches, draft, signal } = writing;
  const prompt = buildPrompt({ question, history, passages: passagesForModel(matches), budgetCharacters });
  if (prompt.passages.length > 0) yield draft.restOn(prompt.passages.map(sourceOf));
  for await (const event of model.generate(prompt.messages, signal, laneOf(question))) {
    if (event.type === 'text-delta') {
      yield draft.write(event.text);
    } else if (event.type === 'done') {
      draft.usage = event.usage;
      if (event.finishReason === 'length') yield draft.write(cutOff);
    } else {
      yield { type: 'status', ...progress(event, prompt) };
    }
  }
}

/** Those whom a surface cannot tell apart are one asker. */
function laneOf({ surface, asker = '', conversationId = '' }: Question): Lane {
  return [`${surface}:${asker}`, conversationId];
}

type Progress = Extract<ModelEvent, { type: 'queued' | 'loading' | 'thinking' }>;

function progress(
  event: Progress,
  { passages }: Prompt,
): Pick<Extract<ChatEvent, { type: 'status' }>, 'phase' | 'text'> {
  if (event.type === 'queued') return { phase: 'queued', text: `queued, ${event.ahead} ahead` };
  if (event.type === 'loading') return { phase: 'loading', text: 'loading the model' };
  const runbooks = new Set(passages.map(({ path }) => path)).size;
  if (runbooks === 0) return { phase: 'thinking', text: 'thinking' };
  return { phase: 'thinking', text: `reading ${runbooks} ${runbooks === 1 ? 'runbook' : 'runbooks'}` };
}
