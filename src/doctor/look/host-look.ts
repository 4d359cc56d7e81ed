import { access, constants, mkdtemp, rmdir, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readFolder } from '../../knowledge/index.js';
import type { HostFacts } from '../facts.js';

/** The machine that this runs on: Node, the disk for webhooks without a database, the knowledge. */
export async function lookAtHost(spool: { dir: string; maxBytes: number }, knowledgeDir: string): Promise<HostFacts> {
  return { nodeVersion: process.version, spool: await lookAtSpool(spool), knowledge: await lookAtKnowledge(knowledgeDir) };
}

/** Tries it: who only looks at permissions is wrong on a read-only or a full disk. A folder that is not made yet needs one above. */
async function lookAtSpool({ dir, maxBytes }: { dir: string; maxBytes: number }): Promise<HostFacts['spool']> {
  try {
    const place = await nearest(dir);
    // A name that no process takes for a folder of the spool's: theirs are looked into as soon as their time stands still.
    await rmdir(await mkdtemp(join(place, '.doctor-')));
    const { bavail, bsize } = await statfs(place);
    return { value: { freeBytes: bavail * bsize, neededBytes: maxBytes } };
  } catch (error) {
    return { unseen: codeOf(error) };
  }
}

async function nearest(dir: string): Promise<string> {
  const exists = await access(dir, constants.F_OK).then(() => true, () => false);
  return exists || dirname(dir) === dir ? dir : nearest(dirname(dir));
}

async function lookAtKnowledge(dir: string): Promise<HostFacts['knowledge']> {
  try {
    const { sources, skipped } = await readFolder(dir);
    return { value: { files: sources.length, skipped: skipped.map(({ name }) => name) } };
  } catch (error) {
    return { unseen: codeOf(error) };
  }
}

const codeOf = (error: unknown): string => String((error as NodeJS.ErrnoException).code ?? 'unknown');
