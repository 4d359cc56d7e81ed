import { spawn } from 'node:child_process';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export interface Ended {
  /** 0 when the connection ended without an answer. */
  status: number;
  ms: number;
  written: number;
}

/** What follows the head: a body, of its length or in chunks; one byte of it every two seconds; or nothing. */
export type Then = 'sized' | 'chunked' | 'drip' | 'idle';

const script = fileURLToPath(new URL('many-callers.mjs', import.meta.url));

/** Calls with all these heads at once, from a process of its own; resolves when every connection has ended. */
export async function strangers(address: string, heads: string[], then: Then, bytes = 0): Promise<Ended[]> {
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify({ port: Number(new URL(address).port), heads, then, bytes }));
  return (await json(child.stdout)) as Ended[];
}

export interface Cost {
  /** What was read of each connection, in bytes. */
  read: number[];
  /** How much larger the process became while it lasted, in bytes. */
  rss: number;
}

/** What `work` costs the server: counted at its own sockets, and in the memory of this process. */
export async function costOf(server: Server, work: () => Promise<unknown>): Promise<Cost> {
  const sockets: Socket[] = [];
  const note = (socket: Socket): void => void sockets.push(socket);
  const before = process.memoryUsage.rss();
  let most = before;
  const look = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 20);
  server.on('connection', note);
  try {
    await work();
  } finally {
    server.off('connection', note);
    clearInterval(look);
  }
  return { read: sockets.map(({ bytesRead }) => bytesRead), rss: most - before };
}
