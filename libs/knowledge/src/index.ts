export { KnowledgeModule } from './knowledge.module';
export { type KnowledgeOptions } from './knowledge-options';
export { type RunbookCollection, readCollection } from './read-collection';
