import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { until } from './until.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
export const programToken = 'token-of-the-program-under-test';
const adminKey = 'admin-key-of-the-program-under-test';

/** Builds what `Program` starts, when the source has changed since. */
export function buildProgram(): void {
  execFileSync(process.execPath, ['-e', "import('./scripts/prepare.mjs').then((prepare) => { prepare.generate(); prepare.build(); })"], { cwd: root, stdio: 'ignore' });
}

/** `node dist/main.js <role>` as a process of its own: it may be killed without a word. */
export class Program {
  private constructor(
    private readonly child: ChildProcess,
    readonly address: string,
  ) {}

  /** Resolves when it listens. */
  static async start(role: string, env: Record<string, string>): Promise<Program> {
    const port = await freePort();
    const child = spawn(process.execPath, ['dist/main.js', role], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        PATH: process.env['PATH'], NODE_ENV: 'test', LOG_LEVEL: 'silent', PORT: String(port), MANAGEMENT_PORT: '0', BM_API_BASE: 'http://127.0.0.1:9/v2.0', BM_ACCESS_TOKEN: 'none',
        BM_SECURITY_TOKEN: programToken, ADMIN_API_KEY: adminKey, ENCRYPTION_KEY: Buffer.alloc(32, 1).toString('base64'), SWEEP_EVERY_MS: '0', ...env,
      },
    });
    const program = new Program(child, `http://127.0.0.1:${port}`);
    await until(() => {
      if (program.hasEnded) throw new Error(`the program ended with ${child.exitCode ?? child.signalCode}`);
      return program.status('/health/ready').then((status) => status === 200);
    }, 'the program to be ready', 120_000);
    return program;
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** The status of a GET with the admin's key; 0 when there is no answer. */
  status(path: string): Promise<number> {
    return fetch(`${this.address}${path}`, { headers: { authorization: `Bearer ${adminKey}` } }).then(
      async (response) => {
        await response.arrayBuffer();
        return response.status;
      },
      () => 0,
    );
  }

  /** SIGKILL: nothing is flushed, nobody is told. */
  kill(): Promise<void> {
    return this.end('SIGKILL');
  }

  /** Resolves with the exit code. */
  async stop(): Promise<number | null> {
    await this.end('SIGTERM');
    return this.child.exitCode;
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    if (this.hasEnded) return;
    const ended = once(this.child, 'exit');
    this.child.kill(signal);
    await ended;
  }
}

function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const server = createServer().on('error', failed).listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => done(port));
    });
  });
}
