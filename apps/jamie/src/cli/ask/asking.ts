import type { ChatResponse } from '../../chat/chat-response';

/** What is sent to `POST /chat`. */
export interface Ask {
  readonly message: string;
  readonly context?: string;
  readonly conversation_id?: string;
}

/** What comes back, wherever the answer is made; the last one is `finish`. */
export type AskEvent =
  | { readonly type: 'status'; readonly text: string }
  | { readonly type: 'text-delta'; readonly text: string }
  | { readonly type: 'finish'; readonly body: ChatResponse };

/** Throws UsageError for what the contract forbids, CommandError when there is no answer. */
export type Asking = (ask: Ask, signal: AbortSignal) => AsyncIterable<AskEvent>;
