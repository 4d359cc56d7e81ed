import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the account that runs here listens, and the program that serves it. */
export interface Addresses {
  api: string;
  program: string;
}

const fileOf = (dataDir: string): string => join(dataDir, 'sandbox.json');

/** Leaves the addresses in the data folder: the account takes any free port, and a command at a terminal must find it. */
export async function noteAddresses(dataDir: string, addresses: Addresses): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  await writeFile(fileOf(dataDir), JSON.stringify(addresses));
}

export async function forgetAddresses(dataDir: string): Promise<void> {
  await rm(fileOf(dataDir), { force: true });
}

/** Null when no program has left any. One that was killed leaves what leads nowhere. */
export async function notedAddresses(dataDir: string): Promise<Addresses | null> {
  const text = await readFile(fileOf(dataDir), 'utf8').catch(() => null);
  try {
    const { api, program } = JSON.parse(text ?? 'null') as Partial<Addresses>;
    return api !== undefined && program !== undefined ? { api, program } : null;
  } catch {
    return null;
  }
}
