export { KnowledgeIndex, type KnowledgeStatus } from './knowledge-index.service.js';
export { KnowledgeSearch, type SearchOptions } from './knowledge-search.service.js';
export { readFolder } from './read-folder.js';
export { KnowledgeModule } from './knowledge.module.js';
export { languages, type Language, type Passage } from './passage.js';
