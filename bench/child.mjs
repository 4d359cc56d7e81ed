// Child processes: each side, the stubs and the load generator have one of their own.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Nothing of the caller's environment but what a process needs to run: no database, token or model of somebody's. */
export function environment(env = {}) {
  const { PATH, HOME, TMPDIR, SystemRoot } = process.env;
  const base = Object.fromEntries(Object.entries({ PATH, HOME, TMPDIR, SystemRoot }).filter(([, value]) => value !== undefined));
  return { ...base, NODE_ENV: 'production', ...env };
}

/** A server of this folder. It tells its port with a message when it listens. */
export async function startServer(file, env = {}) {
  const child = fork(new URL(file, import.meta.url), [], { env: environment(env), stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [message] = await Promise.race([once(child, 'message'), gone(child, file)]);
  return {
    ...running(child, `http://127.0.0.1:${message.port}`),
    /** Sends it a command and returns the message it answers with. */
    async ask(command) {
      child.send(command);
      return (await Promise.race([once(child, 'message'), gone(child, file)]))[0];
    },
  };
}

/** A program that tells of its readiness at an address. `args` are node's. */
export async function startProgram(args, { env, address, nodeArgs = [], patienceMs = 60_000, output = 'ignore' }) {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [...nodeArgs, ...args], { cwd: root, env: environment(env), stdio: ['ignore', output, 'inherit'] });
  while (!(await isReady(address))) {
    const hasEnded = child.exitCode !== null || child.signalCode !== null;
    if (hasEnded || performance.now() - startedAt > patienceMs) {
      child.kill();
      throw new Error(`${args.join(' ')} did not become ready: ${hasEnded ? `it ended (${child.exitCode ?? child.signalCode})` : 'out of patience'}`);
    }
    await new Promise((again) => setTimeout(again, 10));
  }
  return { ...running(child, address), readyMs: performance.now() - startedAt };
}

/** Runs a script of this folder to its end, with one JSON argument, and returns the message it sends. */
export async function runScript(file, options) {
  const child = fork(new URL(file, import.meta.url), [JSON.stringify(options)], { env: environment(), stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [result] = await Promise.race([once(child, 'message'), gone(child, file)]);
  return result;
}

async function gone(child, name) {
  const [code, signal] = await once(child, 'exit');
  throw new Error(`${name} ended with ${code ?? signal} before it answered`);
}

function running(child, address) {
  const ended = once(child, 'exit');
  return {
    address,
    pid: child.pid,
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const impatient = setTimeout(() => child.kill('SIGKILL'), 30_000);
      child.kill(signal);
      await ended;
      clearTimeout(impatient);
    },
  };
}

async function isReady(address) {
  try {
    return (await fetch(`${address}/health/ready`)).status === 200;
  } catch {
    return false;
  }
}

export function freePort() {
  return new Promise((done, failed) => {
    const server = createServer().on('error', failed).listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

/** CPU time of a process so far, in ms, and its resident memory now, in MiB; nulls where there is no /proc. */
export function usage(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const rss = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    // Clock ticks are 10 ms on every Linux that Node runs on.
    return { cpuMs: (Number(fields[11]) + Number(fields[12])) * 10, rssMiB: Math.round(Number(rss) / 1024) };
  } catch {
    return { cpuMs: null, rssMiB: null };
  }
}
