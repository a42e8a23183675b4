import type { Question, Turn } from '@jamie/core';
import { type CompletionMessage, type CompletionRequest, invalid } from './completion-request';
import { withoutSources } from './sources-footer';

const maxMessageCharacters = 8000;
const endsCharacters = 1000;

/**
 * The messages are the conversation, and the last one is the question. What a system or developer message says is
 * context: data beside the question, no instruction. Results of tools are left out. Throws a refusal.
 */
export function questionOf({ messages }: CompletionRequest, asker: string): Question {
  const said = messages.map((entry, at) => ({ role: entry.role, text: textOf(entry, at) }));
  const last = said.findLastIndex(({ role }) => role !== 'system' && role !== 'developer');
  const asked = said[last];
  if (asked?.role !== 'user' || asked.text === '')
    throw invalid('The last message must be a question of the user.', `messages[${Math.max(last, 0)}]`);
  const background = said.filter(
    ({ role, text }) => (role === 'system' || role === 'developer') && text !== '',
  );
  const long = asked.text.length > maxMessageCharacters;
  const context = [...background.map(({ text }) => text), ...(long ? [asked.text] : [])].join('\n\n');
  return {
    message: long ? bothEnds(asked.text) : asked.text,
    surface: 'openai',
    asker,
    history: said.slice(0, last).flatMap(turnOf),
    ...(context === '' ? {} : { context }),
  };
}

function turnOf({ role, text }: { readonly role: string; readonly text: string }): readonly Turn[] {
  if (text === '') return [];
  if (role === 'user') return [{ role, text }];
  return role === 'assistant' ? [{ role, text: withoutSources(text) }] : [];
}

/** Editors paste whole files around a question, some before it and some after it. The whole is context. */
function bothEnds(text: string): string {
  return `${text.slice(0, endsCharacters)}\n[…]\n${text.slice(-endsCharacters)}`;
}

function textOf({ content }: CompletionMessage, at: number): string {
  if (typeof content === 'string') return content.trim();
  const parts = content ?? [];
  const texts = parts.map(({ type, text }, part) => {
    if (type === 'text' || type === 'refusal') return text ?? '';
    throw invalid(
      `Jamie reads text alone: a part of the type "${type.slice(0, 40)}" cannot be read.`,
      `messages[${at}].content[${part}]`,
    );
  });
  return texts.join('\n').trim();
}
