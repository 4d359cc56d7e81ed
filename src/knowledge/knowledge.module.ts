import { Module } from '@nestjs/common';
import { KnowledgeIndex } from './knowledge-index.service.js';
import { KnowledgeSearch } from './knowledge-search.service.js';
import { PassageStore } from './passage.store.js';

/** Markdown files with front matter in, searchable passages out. */
@Module({ providers: [KnowledgeIndex, KnowledgeSearch, PassageStore], exports: [KnowledgeIndex, KnowledgeSearch] })
export class KnowledgeModule {}
