import { resolve } from 'node:path';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Database, KnowledgeConfig, Role } from '../platform/index.js';
import { PassageStore } from './passage.store.js';
import { readFolder, type Folder } from './read-folder.js';

/** What the index holds; `skipped` are the files that the last reading left out. */
export interface KnowledgeStatus {
  sources: number;
  passages: number;
  skipped: readonly string[];
}

/**
 * Keeps the table `passage` equal to the knowledge folder.
 *
 * It runs at each boot, in every replica: one transaction under a lock, and only what changed is written, so the second
 * replica finds nothing to do. Nothing here stops the program: a broken file is skipped and what the index knew of it stays,
 * and without the folder (a mount that failed) the index stays as it is. An answer from last week beats silence.
 */
@Injectable()
export class KnowledgeIndex implements OnApplicationBootstrap {
  private readonly logger = new Logger(KnowledgeIndex.name);
  private skipped: readonly string[] = [];

  constructor(
    private readonly config: KnowledgeConfig,
    private readonly database: Database,
    private readonly store: PassageStore,
    private readonly role: Role,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!this.role.works && !this.role.serves) return;
    await this.database.boot.do('the index of the knowledge', async () => {
      try {
        await this.refresh();
      } catch (error) {
        this.logger.error({ err: error, dir: this.config.dir }, 'the knowledge could not be indexed: what was indexed before is used');
      }
    });
  }

  /** Reads the folder and brings the index up to date. Throws when the folder or the database can't be read. */
  async refresh(): Promise<KnowledgeStatus> {
    const folder = await readFolder(resolve(this.config.dir));
    for (const { name, problems } of folder.skipped) this.logger.warn({ file: name, problems }, `knowledge file ${name} is skipped: ${problems.join('; ')}`);
    const changed = await this.write(folder);
    this.skipped = folder.skipped.map(({ name }) => name);
    const status = await this.status();
    this.logger.log({ sources: status.sources, passages: status.passages, skipped: this.skipped.length, changed }, 'knowledge indexed');
    return status;
  }

  async status(): Promise<KnowledgeStatus> {
    return { ...(await this.store.counts()), skipped: this.skipped };
  }

  private write(folder: Folder): Promise<number> {
    return this.database.inTransaction(async (tx) => {
      await this.store.lock(tx);
      const known = await this.store.checksums(tx);
      const changed = folder.sources.filter((source) => known.get(source.name) !== source.checksum);
      const present = new Set([...folder.sources, ...folder.skipped].map(({ name }) => name));
      const removed = [...known.keys()].filter((name) => !present.has(name));
      await this.store.remove(tx, [...changed.map(({ name }) => name), ...removed]);
      await this.store.add(tx, changed);
      return changed.length + removed.length;
    });
  }
}
