import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** From the signal to the end. */
  ms: number;
}

/** Builds the program unless it is built. */
export function built(): void {
  execFileSync(process.execPath, ['-e', "import('./scripts/prepare.mjs').then((p) => { p.generate(); p.build(); })"], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** A real process of the program, as an orchestrator would run it. */
export class Replica {
  private stopped: Promise<Exit> | null = null;

  private constructor(
    private readonly child: ChildProcess,
    readonly address: string,
    private readonly said: string[],
  ) {}

  /** Resolves when it listens. `env` is the whole environment but for the path. */
  static async start(env: Record<string, string>, role = 'all'): Promise<Replica> {
    const child = spawn(process.execPath, ['dist/main.js', role], { cwd: root, env: { PATH: process.env['PATH'], PORT: '0', MANAGEMENT_PORT: '0', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    const said: string[] = [];
    const address = await new Promise<string>((listens, fails) => {
      const hear = (chunk: Buffer): void => {
        said.push(chunk.toString());
        const found = /webhook\s+(http:\/\/\S+)\/botmaker\/webhook/.exec(said.join(''));
        if (found?.[1]) listens(found[1]);
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.once('exit', (code) => fails(new Error(`the program ended with ${code} before it listened:\n${said.join('')}`)));
    });
    return new Replica(child, address, said);
  }

  get output(): string {
    return this.said.join('');
  }

  /** Sends the signal and resolves with how it ended. */
  stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Exit> {
    this.stopped ??= new Promise((ended) => {
      const { exitCode, signalCode } = this.child;
      if (exitCode !== null || signalCode !== null) return ended({ code: exitCode, signal: signalCode, ms: 0 });
      const at = performance.now();
      this.child.once('exit', (code, by) => ended({ code, signal: by, ms: Math.round(performance.now() - at) }));
      this.child.kill(signal);
    });
    return this.stopped;
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }
}
