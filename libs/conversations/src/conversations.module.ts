import { type DynamicModule, Module } from '@nestjs/common';
import { ConversationStore } from '@jamie/core';
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

/** Remembers conversations behind the port `ConversationStore`. */
@Module({})
export class ConversationsModule {
  static forRoot(options: ConversationsOptions): DynamicModule {
    const store = new MemoryConversationStore({ ...limits, ttlMs: options.ttlHours * msPerHour });
    return {
      module: ConversationsModule,
      global: true,
      providers: [{ provide: ConversationStore, useValue: store }],
      exports: [ConversationStore],
    };
  }
}
