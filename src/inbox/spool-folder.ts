import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { SpoolDisk } from './spool-disk.js';
import { isSegment } from './spool-segment.js';

/*
 * Who owns a folder of the spool.
 *
 * Each process has a folder of its own, and sets the folder's time every second. One whose time stands still is taken over
 * by any process that sees it: the new owner renames it. Of two that try, one can, and no lock file or process id has to be
 * trusted: those lie across containers, which all have the same ids.
 *
 * An owner that was only frozen writes on into a file that somebody else may have drained already. Therefore it looks, after
 * each sync and before it says "kept", whether its file is still where it was. If so, whoever takes the folder later finds
 * the record in it; if not, the record is written anew into a new folder, and stored once because of its key.
 */

export const beatMs = 1000;
/** A busy process may be late by some beats; being taken over by mistake costs a rename and loses nothing. */
const staleMs = 5 * beatMs;

export async function createFolder(disk: SpoolDisk, root: string): Promise<string> {
  await mkdir(root, { recursive: true, mode: 0o700 });
  const folder = join(root, randomUUID());
  await mkdir(folder, { mode: 0o700 });
  await disk.syncFolder(root);
  return folder;
}

/** Shows that the owner lives. False: it is not ours any more. */
export async function beat(folder: string, at = new Date()): Promise<boolean> {
  return utimes(folder, at, at).then(() => true, isGone);
}

/** Lets anybody take the folder over at once. */
export async function release(folder: string): Promise<void> {
  await beat(folder, new Date(0));
}

/** Takes over what nobody owns any more; `mine` are the folders of this process. */
export async function adoptFolders(root: string, mine: ReadonlySet<string>): Promise<string[]> {
  const adopted: string[] = [];
  for (const entry of await readdir(root, { withFileTypes: true }).catch(() => [])) {
    const folder = join(root, entry.name);
    if (!entry.isDirectory() || mine.has(folder) || !(await isAbandoned(folder))) continue;
    const taken = join(root, randomUUID());
    const isTaken = await rename(folder, taken).then(() => beat(taken), isGone);
    if (isTaken) adopted.push(taken);
  }
  return adopted;
}

/** The files of a folder, oldest first. */
export async function segmentsOf(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter(isSegment).sort().map((name) => join(folder, name));
}

async function isAbandoned(folder: string): Promise<boolean> {
  // A time that lies ahead (the clock was set back) must not protect a folder for ever.
  return stat(folder).then(({ mtimeMs }) => Math.abs(Date.now() - mtimeMs) > staleMs, isGone);
}

function isGone(error: NodeJS.ErrnoException): false {
  if (error.code === 'ENOENT') return false;
  throw error;
}
