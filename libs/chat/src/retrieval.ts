import type { Question, RunbookMatch, RunbookSearch, Turn } from '@jamie/core';
import { isSmallTalk, withoutAddress } from './small-talk';

const limit = 3;
// Enough for an alert's labels and annotations; a whole log would drown what it is about.
const contextCharacters = 2000;
const rememberedQuestions = 3;

/** What fits the question itself; failing that, what fits the context that came with it, or what was asked before. */
export function relevantRunbooks(
  runbooks: RunbookSearch,
  question: Question,
  history: readonly Turn[],
): readonly RunbookMatch[] {
  const message = withoutAddress(question.message);
  const matches = runbooks.search(message, limit);
  if (matches.length > 0 || isSmallTalk(question.message)) return matches;
  const context = question.context?.slice(0, contextCharacters);
  for (const background of [...(context === undefined ? [] : [context]), ...lastQuestions(history)]) {
    const found = runbooks.search(`${background}\n${message}`, limit);
    if (found.length > 0) return found;
  }
  return [];
}

/** Newest first: one follow-up may have come after another. */
function lastQuestions(history: readonly Turn[]): readonly string[] {
  const questions = history.filter(({ role }) => role === 'user').map(({ text }) => text);
  return questions.slice(-rememberedQuestions).toReversed();
}
