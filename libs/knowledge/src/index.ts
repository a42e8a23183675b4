export { KnowledgeModule } from './knowledge.module';
export { type KnowledgeOptions } from './knowledge-options';
