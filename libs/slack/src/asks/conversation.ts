import { Injectable } from '@nestjs/common';
import type { Turn } from '@jamie/core';
import { markOf } from '../delivery/message-content';
import { Posting } from '../delivery/posting';
import { SlackCallError } from '../delivery/slack-call-error';
import { type Json, listOf, objectOf, textOf } from '../fields';
import type { Ask } from './ask';
import { messageText } from './message-text';

export interface ThreadMemory {
  /** What people and Jamie said before, oldest first. */
  readonly turns: readonly Turn[];
  /** What other apps posted in the thread: an alert, mostly. Data, never instructions. */
  readonly posted: string;
}

const pageSize = 200;
const maxPages = 5;
const maxPostedCharacters = 12_000;
const nothing: ThreadMemory = { turns: [], posted: '' };

/** The thread is the conversation: what was said in it, read from Slack itself. */
@Injectable()
export class Conversation {
  constructor(private readonly posting: Posting) {}

  /** What stood in the thread before this question; nothing for a question that is in none, or cannot be read. */
  async before(ask: Ask): Promise<ThreadMemory> {
    if (!ask.inThread || ask.threadTs === undefined || ask.ts === undefined) return nothing;
    try {
      const messages = await this.thread(ask.channelId, ask.threadTs, ask.ts);
      return this.memory(messages.filter((message) => (textOf(message, 'ts') ?? '') < (ask.ts ?? '')));
    } catch (thrown) {
      if (thrown instanceof SlackCallError) return nothing;
      throw thrown;
    }
  }

  /** Messages of the thread, oldest first, up to this one. Throws SlackCallError. */
  async thread(channel: string, ts: string, latest: string): Promise<readonly Json[]> {
    const messages: Json[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < maxPages; page += 1) {
      const fields: Json = await this.posting.api.insist({
        method: 'conversations.replies',
        args: {
          channel,
          ts,
          latest,
          inclusive: true,
          limit: pageSize,
          include_all_metadata: true,
          ...(cursor && { cursor }),
        },
        read: (read) => read,
      });
      messages.push(...listOf(fields, 'messages'));
      cursor = textOf(objectOf(fields, 'response_metadata'), 'next_cursor');
      if (cursor === undefined) break;
    }
    return messages;
  }

  private memory(messages: readonly Json[]): ThreadMemory {
    const turns: Turn[] = [];
    const posted: string[] = [];
    for (const message of messages) {
      const text = this.posting.isOwn(message) ? ownText(message) : messageText(message);
      if (text === '') continue;
      if (this.posting.isOwn(message)) addTurn(turns, 'assistant', text);
      else if (textOf(message, 'bot_id') === undefined) addTurn(turns, 'user', text);
      else posted.push(text);
    }
    return { turns, posted: posted.join('\n\n').slice(-maxPostedCharacters) };
  }
}

/** Several messages of one side are one turn. */
function addTurn(turns: Turn[], role: Turn['role'], text: string): void {
  const last = turns.at(-1);
  if (last?.role === role) turns[turns.length - 1] = { role, text: `${last.text}\n${text}` };
  else turns.push({ role, text });
}

/** Jamie's own answer as the model wrote it: without sources and notes below it. */
function ownText(message: Json): string {
  if (markOf(message)?.draft === true) return '';
  const markdown = listOf(message, 'blocks').find((block) => block['type'] === 'markdown');
  const text = textOf(markdown, 'text') ?? textOf(message, 'text') ?? '';
  return text.replaceAll('\u200b', '').replaceAll('&lt;', '<').split('\n\n**Sources**\n', 1)[0]?.trim() ?? '';
}
