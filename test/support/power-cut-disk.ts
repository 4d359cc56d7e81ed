import { truncateSync } from 'node:fs';
import { SpoolDisk, type SpoolFile } from '../../src/inbox/spool-disk.js';

/** A disk that keeps only what was synced: after `cutPower` a file is as long as it was at its last sync. */
export class PowerCutDisk extends SpoolDisk {
  /** Fails or waits in place of the disk; a test sets them. */
  beforeSync: () => Promise<void> = () => Promise.resolve();
  beforeWrite: () => void = () => undefined;
  /** As if nobody waited for a sync. */
  isSyncSkipped = false;
  syncs = 0;
  private readonly durable = new Map<string, number>();

  override async create(path: string): Promise<SpoolFile> {
    const file = await super.create(path);
    let size = 0;
    this.durable.set(path, 0);
    return {
      write: async (bytes, from, length, at) => {
        this.beforeWrite();
        const written = await file.write(bytes, from, length, at);
        size = at + written.bytesWritten;
        return written;
      },
      sync: async () => {
        if (this.isSyncSkipped) return;
        await this.beforeSync();
        await file.sync();
        this.syncs++;
        this.durable.set(path, size);
      },
      truncate: async (length) => {
        size = length ?? 0;
        await file.truncate(length);
      },
      close: () => file.close(),
    };
  }

  cutPower(): void {
    for (const [path, size] of this.durable) truncateSync(path, size);
  }
}
