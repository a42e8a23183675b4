import { describeConversationStore } from '@jamie/testing';
import { MemoryConversationStore } from './memory-conversation-store';

describeConversationStore('in the process', (limits) =>
  Promise.resolve(new MemoryConversationStore({ ...limits, maxTotalCharacters: 1000 })),
);
