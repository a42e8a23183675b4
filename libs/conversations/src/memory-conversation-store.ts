import { type ConversationLimits, ConversationStore, type Turn } from '@jamie/core';
import { LRUCache } from 'lru-cache';

export interface MemoryLimits extends ConversationLimits {
  /** Characters of all conversations together: what bounds the memory. */
  readonly maxTotalCharacters: number;
}

/** Keeps conversations in this process: gone with it, and not shared with other replicas. */
export class MemoryConversationStore extends ConversationStore {
  private readonly conversations: LRUCache<string, readonly Turn[]>;

  /** The clock counts milliseconds. */
  constructor(
    private readonly limits: MemoryLimits,
    clock: { now(): number } = performance,
  ) {
    super();
    this.conversations = new LRUCache({
      max: limits.maxConversations,
      maxSize: limits.maxTotalCharacters,
      sizeCalculation: (turns) => 1 + turns.reduce((sum, turn) => sum + turn.text.length, 0),
      ttl: limits.ttlMs,
      perf: clock,
      ttlResolution: 0,
    });
  }

  read(conversationId: string): Promise<readonly Turn[]> {
    return Promise.resolve(this.conversations.get(conversationId) ?? []);
  }

  append(conversationId: string, turns: readonly Turn[]): Promise<void> {
    const earlier = this.conversations.get(conversationId) ?? [];
    this.conversations.set(conversationId, newestWithin([...earlier, ...turns], this.limits));
    return Promise.resolve();
  }
}

/** The newest turns that fit the limits; always at least the last one. */
function newestWithin(
  turns: readonly Turn[],
  limits: Pick<ConversationLimits, 'maxTurns' | 'maxCharacters'>,
): readonly Turn[] {
  let first = turns.length;
  let characters = 0;
  while (first > 0 && turns.length - first < limits.maxTurns) {
    characters += turns[first - 1]?.text.length ?? 0;
    if (characters > limits.maxCharacters && first < turns.length) break;
    first -= 1;
  }
  return turns.slice(first);
}
