import { open, stat, type FileHandle } from 'node:fs/promises';

/** What the spool does with a file that it writes. */
export type SpoolFile = Pick<FileHandle, 'sync' | 'truncate' | 'close'> & {
  write(bytes: Buffer, from: number, length: number, at: number): Promise<{ bytesWritten: number }>;
};

/** The calls on which "kept" rests: a test of a power cut stands in their place. */
export class SpoolDisk {
  /** A new file for its owner alone. */
  create(path: string): Promise<SpoolFile> {
    return open(path, 'wx', 0o600);
  }

  /** Makes names in a folder last: a synced file in an unsynced folder may be gone after a power cut. */
  async syncFolder(path: string): Promise<void> {
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }

  async exists(path: string): Promise<boolean> {
    return stat(path).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return false;
        throw error;
      },
    );
  }
}
