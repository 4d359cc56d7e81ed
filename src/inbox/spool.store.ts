import { readdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Alarms, AppError, SpoolConfig } from '../platform/index.js';
import type { ReceivedEnvelope } from './received-envelope.js';
import { SpoolDisk } from './spool-disk.js';
import { adoptFolders, beat, createFolder, release, segmentsOf } from './spool-folder.js';
import { encodeRecord, readRecords, type SpoolContent } from './spool-record.js';
import { damagedEnding, damagedPath, oldestOf, OpenSegment, type Segment } from './spool-segment.js';

/** A file of this size is complete. It is read and stored as a whole, so after a kill this much may be stored a second time. */
const segmentBytes = 4 * 1024 * 1024;

export interface SpoolLevel {
  bytes: number;
  records: number;
  /** When the oldest body arrived, in ms since 1970; null when there is none. */
  oldestAt: number | null;
  maxBytes: number;
}

/**
 * Bodies that the database did not take, on disk until it does. In order of arrival; bounded; each on the disk, synced, before
 * anybody is told that it is kept. `append` is called by one caller at a time (the intake's lane); `oldest` and `remove` by
 * the drain, meanwhile: it only ever sees files that are complete.
 */
@Injectable()
export class Spool {
  /** Everything that waits, oldest first, the file that is being written included. */
  private waiting: Segment[] = [];
  private open: OpenSegment | null = null;
  private own: string | null = null;

  constructor(
    private readonly config: SpoolConfig,
    private readonly disk: SpoolDisk,
    private readonly alarms: Alarms,
  ) {}

  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  get level(): SpoolLevel {
    const sum = (of: (segment: Segment) => number): number => this.waiting.reduce((total, segment) => total + of(segment), 0);
    return { bytes: sum(({ bytes }) => bytes), records: sum(({ records }) => records), oldestAt: this.waiting[0]?.oldestAt ?? null, maxBytes: this.config.maxBytes };
  }

  /** Resolves once the bodies are on the disk. Throws `inbox.spool-full` or `inbox.spool-failed`; then they are not kept. */
  async append(envelopes: readonly ReceivedEnvelope[]): Promise<void> {
    const bytes = Buffer.concat(envelopes.map(encodeRecord));
    const { maxBytes } = this.config;
    if (this.level.bytes + bytes.length > maxBytes) {
      this.alarms.raise('spool-full', { maxBytes });
      throw new AppError('upstream-unavailable', 'inbox.spool-full', 'the database does not take bodies, and there is no room left to keep them on disk', { details: { maxBytes } });
    }
    try {
      while (!(await this.keep(bytes, envelopes))) this.forget(this.own);
    } catch (cause) {
      this.alarms.raise('spool-full', { code: (cause as NodeJS.ErrnoException).code ?? null });
      throw new AppError('upstream-unavailable', 'inbox.spool-failed', 'the database does not take bodies, and the disk does not either', { cause });
    }
    this.alarms.raise('spool-in-use');
  }

  /** The file to be stored next; null when nothing waits. What arrives from now on goes into another one. */
  async oldest(): Promise<Segment | null> {
    const [first] = this.waiting;
    if (!first || first !== this.open) return first ?? null;
    const { open } = this;
    this.open = null;
    await open.seal();
    return open;
  }

  /** Null: another process has taken the file over. */
  async read({ path }: Segment): Promise<SpoolContent | null> {
    const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    return bytes && readRecords(bytes);
  }

  /** What was in the file is stored. A damaged one is set aside. */
  async remove(segment: Segment, isDamaged: boolean): Promise<void> {
    if (isDamaged) await rename(segment.path, damagedPath(segment)).catch(unlessGone);
    else await rm(segment.path, { force: true });
    this.waiting = this.waiting.filter((one) => one !== segment);
    const folder = dirname(segment.path);
    if (!this.waiting.some(({ path }) => dirname(path) === folder)) {
      if (this.own === folder) this.own = null;
      // A file that is just being made in it keeps it; its maker looks whether it still has a folder.
      await rmdir(folder).catch(() => undefined);
    }
    if (this.isEmpty) this.alarms.clear('spool-in-use');
    if (this.level.bytes < this.config.maxBytes / 2) this.alarms.clear('spool-full');
  }

  /** Shows that the owner of these folders lives; forgets those that others have taken. */
  async beat(): Promise<void> {
    for (const folder of this.folders()) if (!(await beat(folder))) this.forget(folder);
  }

  /** Takes over what other processes have left. Returns how many bodies that is. */
  async adopt(): Promise<number> {
    const paths = (await Promise.all((await adoptFolders(this.config.dir, this.folders())).map(adoptedSegments))).flat();
    const adopted = await Promise.all(paths.map((path) => this.sized(path)));
    const before = this.level.records;
    this.waiting = [...this.waiting, ...adopted].sort((one, other) => one.oldestAt - other.oldestAt);
    if (!this.isEmpty) this.alarms.raise('spool-in-use');
    return this.level.records - before;
  }

  /** The alarm is on as long as a damaged file lies there for a person to look at. */
  async noteDamage(): Promise<void> {
    const names = await readdir(this.config.dir).catch(() => []);
    this.alarms.set('spool-damaged', names.some((name) => name.endsWith(damagedEnding)));
  }

  /** Nothing is written or drained any more: whoever sees the folders next may take them. */
  async release(): Promise<void> {
    await this.open?.seal();
    for (const folder of this.folders()) await release(folder);
  }

  /** False: the folder was taken over, and nobody may rely on what was written to it. */
  private async keep(bytes: Buffer, envelopes: readonly ReceivedEnvelope[]): Promise<boolean> {
    const segment = this.roomFor(bytes.length) ?? (await this.begin(envelopes[0]?.receivedAt ?? 0));
    if (!segment) return false;
    if (segment !== this.open) {
      void this.open?.seal();
      this.open = segment;
      this.waiting.push(segment);
    }
    try {
      await segment.append(bytes, envelopes.length);
      return await this.disk.exists(segment.path);
    } catch (error) {
      await this.retire(segment);
      throw error;
    }
  }

  private roomFor(bytes: number): OpenSegment | null {
    return this.open && this.open.bytes + bytes <= segmentBytes ? this.open : null;
  }

  private async begin(oldestAt: number): Promise<OpenSegment | null> {
    this.own ??= await createFolder(this.disk, this.config.dir);
    return OpenSegment.begin(this.disk, this.own, oldestAt).catch(unlessGone);
  }

  /** After a failure the file takes no more; what it holds already is as good as before. */
  private async retire(segment: OpenSegment): Promise<void> {
    if (this.open === segment) this.open = null;
    await segment.seal();
    if (segment.records === 0) await this.remove(segment, false).catch(() => undefined);
  }

  private forget(folder: string | null): void {
    const isIn = ({ path }: Segment): boolean => dirname(path) === folder;
    this.waiting = this.waiting.filter((segment) => !isIn(segment));
    if (this.own === folder) this.own = null;
    if (!this.open || !isIn(this.open)) return;
    void this.open.seal();
    this.open = null;
  }

  private folders(): Set<string> {
    return new Set([...(this.own ? [this.own] : []), ...this.waiting.map(({ path }) => dirname(path))]);
  }

  private async sized(path: string): Promise<Segment> {
    const bytes = await readFile(path);
    return { path, bytes: bytes.length, records: readRecords(bytes).records.length, oldestAt: oldestOf(path) };
  }
}

/** An empty folder is what a process leaves that was killed before it wrote. */
async function adoptedSegments(folder: string): Promise<string[]> {
  const segments = await segmentsOf(folder);
  if (segments.length === 0) await rmdir(folder);
  return segments;
}

function unlessGone(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
