import type { Question } from '@jamie/core';
import type { Ask } from './ask';
import type { ThreadMemory } from './conversation';

const maxMessageCharacters = 8000;
const longMessageCharacters = 2000;
const maxContextCharacters = 16_000;

/** What Jamie is asked. A very long message is mostly a log: its beginning is the question, the whole is context. */
export function questionFrom(ask: Ask, { turns, posted }: ThreadMemory): Question {
  const long = ask.text.length > maxMessageCharacters;
  const context = [ask.context ?? '', posted, long ? ask.text : '']
    .filter((part) => part !== '')
    .join('\n\n')
    .slice(0, maxContextCharacters);
  return {
    message: long ? ask.text.slice(0, longMessageCharacters) : ask.text,
    surface: 'slack',
    conversationId: `slack:${ask.teamId}:${ask.channelId}:${ask.threadTs ?? ask.id}`,
    asker: `${ask.teamId}:${ask.userId}`,
    history: turns,
    ...(context === '' ? {} : { context }),
  };
}
