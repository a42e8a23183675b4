import {
  type ChatEvent,
  ModelError,
  type ModelFailure,
  ModelRejectedError,
  NothingCanAnswerError,
  type Question,
  type RunbookMatch,
} from '@jamie/core';
import type { Draft } from './draft';
import { addSources, sourceOf } from './passages';
import { answerFromRunbooks } from './runbook-answer';
import { introduction, isSmallTalk } from './small-talk';

export interface Fallback {
  readonly failure: ModelFailure;
  readonly question: Question;
  readonly matches: readonly RunbookMatch[];
  readonly draft: Draft;
  /** How many runbooks are loaded. */
  readonly runbooks: number;
}

const retryAfterSeconds = 30;

/** The order of what is left without the model: the best runbook, the introduction, an honest error. */
export async function* answerWithoutModel(fallback: Fallback): AsyncGenerator<ChatEvent, void, undefined> {
  const { failure, question, matches, draft } = fallback;
  yield { type: 'status', phase: 'degraded', text: 'the model cannot answer, turning to the runbooks' };
  draft.degradedReason = failure.message;
  const fromRunbooks = answerFromRunbooks(question.message, matches);
  if (draft.text !== '')
    yield draft.write(`\n\n---\n\n**The model stopped in the middle of its answer.** ${failure.message}`);
  if (fromRunbooks !== undefined) {
    yield* quote(draft, fromRunbooks, failure);
  } else if (draft.text === '' && isSmallTalk(question.message)) {
    draft.answeredBy = 'help';
    yield draft.write(
      `${introduction(fallback.runbooks)}\n\nThe model is not available now. ${failure.message}`,
    );
  } else if (draft.text === '') {
    draft.failed = true;
    yield { type: 'error', error: nothingCanAnswer(fallback) };
  }
}

function* quote(
  draft: Draft,
  { text, passages }: NonNullable<ReturnType<typeof answerFromRunbooks>>,
  failure: ModelFailure,
): Generator<ChatEvent, void, undefined> {
  const lead =
    draft.text === ''
      ? `**The model is not available**, so this is the best fitting runbook, word for word. ${failure.message}\n\n`
      : '\n\nThis is the best fitting runbook, word for word:\n\n';
  draft.answeredBy = 'runbooks';
  // What the model had written before cites its own passages by number.
  const cited = draft.text === '' ? [] : draft.sources;
  yield draft.restOn(addSources(cited, passages.map(sourceOf)));
  yield draft.write(lead + text);
}

function nothingCanAnswer({ failure, runbooks }: Fallback): NothingCanAnswerError {
  const searched =
    runbooks === 0
      ? 'No runbooks are loaded: RUNBOOKS_DIR names their folder.'
      : `None of the ${runbooks} runbooks fits the question; naming the alert or the symptom helps.`;
  return new NothingCanAnswerError(
    `Neither the model nor the runbooks can answer this. ${failure.message} ${searched}`,
    {
      timedOut: failure instanceof ModelError && failure.code === 'OllamaTimeout',
      retryAfterSeconds:
        failure instanceof ModelRejectedError ? failure.retryAfterSeconds : retryAfterSeconds,
      cause: failure,
    },
  );
}
