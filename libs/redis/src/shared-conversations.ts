import { randomUUID } from 'node:crypto';
import { ConversationStore, type ConversationLimits, type Turn } from '@jamie/core';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { keys } from './keys';
import type { RedisConnection } from './redis-connection';
import { script } from './script';

/** Each entry is the length of its text, a name of its own, by which it is added once however often it is sent, and the turn. */
const append = script(`
for i = 7, #ARGV do
  if not redis.call('LPOS', KEYS[1], ARGV[i]) then redis.call('RPUSH', KEYS[1], ARGV[i]) end
end
redis.call('LTRIM', KEYS[1], -ARGV[2], -1)
local entries = redis.call('LRANGE', KEYS[1], 0, -1)
local characters, kept = 0, 0
for i = #entries, 1, -1 do
  characters = characters + tonumber(string.match(entries[i], '^%d+'))
  if characters > tonumber(ARGV[3]) and kept > 0 then break end
  kept = kept + 1
end
redis.call('LTRIM', KEYS[1], -kept, -1)
redis.call('PEXPIRE', KEYS[1], ARGV[1])
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - ARGV[1])
redis.call('ZADD', KEYS[2], now, ARGV[5])
redis.call('PEXPIRE', KEYS[2], ARGV[1])
local excess = redis.call('ZCARD', KEYS[2]) - ARGV[4]
if excess > 0 then
  local oldest = redis.call('ZPOPMIN', KEYS[2], excess)
  for i = 1, #oldest, 2 do redis.call('DEL', ARGV[6] .. oldest[i]) end
end
return 1
`);

const read = script(`
local time = redis.call('TIME')
redis.call('ZADD', KEYS[2], 'XX', time[1] * 1000 + time[2] / 1000, ARGV[1])
return redis.call('LRANGE', KEYS[1], 0, -1)
`);

const turn = z.object({ role: z.enum(['user', 'assistant']), text: z.string() });

/** Conversations that had turns while Redis was away; more are not told to it afterwards. */
const maxUntold = 1000;

/** Conversations in Redis, and beside them what passed through this replica, for the time that Redis is away. */
export class SharedConversations extends ConversationStore {
  private readonly untold = new LRUCache<string, readonly string[]>({ max: maxUntold });

  constructor(
    private readonly connection: RedisConnection,
    private readonly local: ConversationStore,
    private readonly limits: ConversationLimits,
  ) {
    super();
  }

  async read(conversationId: string): Promise<readonly Turn[]> {
    try {
      const shared = turnsOf(await this.connection.run(read, keysOf(conversationId), [conversationId]));
      // Nothing there: Redis may have lost it, or was away when it began.
      return shared.length > 0 ? shared : await this.local.read(conversationId);
    } catch {
      return this.local.read(conversationId);
    }
  }

  async append(conversationId: string, turns: readonly Turn[]): Promise<void> {
    await this.local.append(conversationId, turns);
    const entries = turns.map((said) => `${said.text.length}|${randomUUID()}|${JSON.stringify(said)}`);
    try {
      await this.tell(conversationId, entries);
    } catch {
      const earlier = this.untold.get(conversationId) ?? [];
      this.untold.set(conversationId, [...earlier, ...entries].slice(-this.limits.maxTurns));
    }
  }

  /** To be called when Redis can be used again. */
  async catchUp(): Promise<void> {
    for (const [conversationId, entries] of [...this.untold.entries()].toReversed()) {
      this.untold.delete(conversationId);
      try {
        await this.tell(conversationId, entries);
      } catch {
        this.untold.set(conversationId, entries);
        return;
      }
    }
  }

  private async tell(conversationId: string, entries: readonly string[]): Promise<void> {
    const { ttlMs, maxTurns, maxCharacters, maxConversations } = this.limits;
    const bounds = [Math.ceil(ttlMs), maxTurns, maxCharacters, maxConversations];
    const given = [...bounds, conversationId, keys.conversation, ...entries];
    await this.connection.run(append, keysOf(conversationId), given);
  }
}

function keysOf(conversationId: string): readonly string[] {
  return [keys.conversation + conversationId, keys.conversations];
}

/** What cannot be read is left out: another version may have written it. */
function turnsOf(reply: unknown): readonly Turn[] {
  if (!Array.isArray(reply)) return [];
  return reply.flatMap((entry: unknown) => {
    const parsed = turn.safeParse(parse(String(entry).replace(/^\d+\|[^|]*\|/, '')));
    return parsed.success ? [parsed.data] : [];
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
