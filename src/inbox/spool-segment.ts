import { basename, dirname, join } from 'node:path';
import type { SpoolDisk, SpoolFile } from './spool-disk.js';

/** A file of records that is complete: nothing is written to it any more. */
export interface Segment {
  readonly path: string;
  readonly bytes: number;
  readonly records: number;
  /** When its first record arrived, in ms since 1970: its name begins with it. */
  readonly oldestAt: number;
}

const ending = '.seg';
/** After the records of a damaged file were stored, the file stays, for a person. */
export const damagedEnding = '.corrupt';

export const isSegment = (name: string): boolean => name.endsWith(ending);
export const oldestOf = (path: string): number => Number(/^\d+/.exec(basename(path))?.[0] ?? 0);
/** Beside the folders, because the folder is removed when it is empty. */
export const damagedPath = ({ path }: Segment): string => join(dirname(dirname(path)), `${basename(dirname(path))}-${basename(path)}${damagedEnding}`);

let made = 0;

/**
 * The file that is being written. One `append` at a time. After any failure of the disk it takes no more: what the kernel
 * could not sync once it may call synced the next time, and half a record must stay the last thing in its file.
 */
export class OpenSegment implements Segment {
  bytes = 0;
  records = 0;
  /** Settles when no write is under way. */
  settled: Promise<unknown> = Promise.resolve();

  private constructor(
    readonly path: string,
    readonly oldestAt: number,
    private readonly file: SpoolFile,
  ) {}

  static async begin(disk: SpoolDisk, folder: string, oldestAt: number): Promise<OpenSegment> {
    // Names rise with time; the number keeps two of one millisecond apart.
    const path = join(folder, `${String(Math.trunc(oldestAt)).padStart(15, '0')}-${String(made++).padStart(9, '0')}${ending}`);
    const file = await disk.create(path);
    try {
      await disk.syncFolder(folder);
    } catch (error) {
      await file.close();
      throw error;
    }
    return new OpenSegment(path, oldestAt, file);
  }

  /** Resolves once the bytes are on the disk. */
  append(bytes: Buffer, records: number): Promise<void> {
    const written = this.write(bytes, records);
    this.settled = written.catch(() => undefined);
    return written;
  }

  /** No more is written: it may be read as a whole. Whatever closing says, what was kept has been synced. */
  async seal(): Promise<void> {
    await this.settled;
    await this.file.close().catch(() => undefined);
  }

  private async write(bytes: Buffer, records: number): Promise<void> {
    try {
      for (let written = 0; written < bytes.length; ) written += (await this.file.write(bytes, written, bytes.length - written, this.bytes + written)).bytesWritten;
      await this.file.sync();
    } catch (error) {
      await this.file.truncate(this.bytes).catch(() => undefined);
      throw error;
    }
    this.bytes += bytes.length;
    this.records += records;
  }
}
