const prefix = 'chatcmpl-';

/** The answer's own id; OpenAI's clients know it with a prefix. */
export function answerIdOf(id: string): string {
  return id.startsWith(prefix) ? id.slice(prefix.length) : id;
}
