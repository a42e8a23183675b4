export { ConversationsModule, type ConversationsOptions } from './conversations.module';
export { MemoryConversationStore, type ConversationLimits } from './memory-conversation-store';
