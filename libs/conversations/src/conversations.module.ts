import { type DynamicModule, Module } from '@nestjs/common';
import { ConversationStore, SharedState } from '@jamie/core';
import { MemoryConversationStore } from './memory-conversation-store';

export interface ConversationsOptions {
  readonly ttlHours: number;
}

const limits = {
  maxConversations: 10_000,
  maxTurns: 40,
  maxCharacters: 64_000,
  maxTotalCharacters: 32_000_000,
};
const msPerHour = 3_600_000;

/** Remembers conversations behind the port `ConversationStore`. Needs `SharedState` from a global module. */
@Module({})
export class ConversationsModule {
  static forRoot(options: ConversationsOptions): DynamicModule {
    const bounds = { ...limits, ttlMs: options.ttlHours * msPerHour };
    const store = {
      provide: ConversationStore,
      useFactory: (shared: SharedState) => shared.conversations(new MemoryConversationStore(bounds), bounds),
      inject: [SharedState],
    };
    return { module: ConversationsModule, global: true, providers: [store], exports: [ConversationStore] };
  }
}
