import { KnowledgeIndex, KnowledgeSearch } from '../../src/knowledge/index.js';
import { PassageStore } from '../../src/knowledge/passage.store.js';
import { Database, DatabaseConfig, KnowledgeConfig, Role, Secret } from '../../src/platform/index.js';
import { createTestDatabase } from './test-database.js';

export interface IndexedKnowledge {
  database: Database;
  search: KnowledgeSearch;
  close(): Promise<void>;
}

/** A database of the caller's own that holds the sample knowledge. */
export async function indexedKnowledge(): Promise<IndexedKnowledge> {
  const testDatabase = await createTestDatabase();
  const database = new Database(new DatabaseConfig(new Secret(testDatabase.url), '.data'));
  await new KnowledgeIndex(new KnowledgeConfig('knowledge'), database, new PassageStore(database), new Role('all')).refresh();
  const close = async (): Promise<void> => {
    await database.onApplicationShutdown();
    await testDatabase.drop();
  };
  return { database, search: new KnowledgeSearch(database), close };
}
