const prefix = 'chatcmpl-';

/** What OpenAI's clients know an answer by. */
export function completionId(answerId: string): string {
  return `${prefix}${answerId}`;
}

/** The answer's own id, whichever of its two names is given. */
export function answerIdOf(id: string): string {
  return id.startsWith(prefix) ? id.slice(prefix.length) : id;
}
