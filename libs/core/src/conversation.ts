/** One thing that was said. */
export interface Turn {
  readonly role: 'user' | 'assistant';
  readonly text: string;
}

export interface ConversationLimits {
  /** A conversation is forgotten this long after its last turn. */
  readonly ttlMs: number;
  /** The least recently used conversation makes room for a new one. */
  readonly maxConversations: number;
  /** The oldest turns of a conversation are forgotten first. */
  readonly maxTurns: number;
  readonly maxCharacters: number;
}

/** Port: remembers what was said, for a limited time. */
export abstract class ConversationStore {
  /** Turns of that conversation, oldest first; empty when it is unknown or has expired. */
  abstract read(conversationId: string): Promise<readonly Turn[]>;

  /** Adds turns at the end in one step: two answers at once never interleave. The oldest turns may be forgotten. */
  abstract append(conversationId: string, turns: readonly Turn[]): Promise<void>;
}
