export { ConversationsModule, type ConversationsOptions } from './conversations.module';
export { MemoryConversationStore, type MemoryLimits } from './memory-conversation-store';
