/** One thing that was said. */
export interface Turn {
  readonly role: 'user' | 'assistant';
  readonly text: string;
}

/** Port: remembers what was said, for a limited time. */
export abstract class ConversationStore {
  /** Turns of that conversation, oldest first; empty when it is unknown or has expired. */
  abstract read(conversationId: string): Promise<readonly Turn[]>;

  /** Adds turns at the end in one step: two answers at once never interleave. The oldest turns may be forgotten. */
  abstract append(conversationId: string, turns: readonly Turn[]): Promise<void>;
}
