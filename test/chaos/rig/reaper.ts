import { spawn, type ChildProcess } from 'node:child_process';

/** Reads "+ pid" and "- pid"; when nothing more can come, ends those that are left. */
const script = 'left=" "; while read -r sign pid; do case "$sign" in +) left="$left$pid ";; -) left=$(printf %s "$left" | sed "s/ $pid / /");; esac; done; for pid in $left; do kill -9 "$pid"; done';

/**
 * Ends the processes of a run when the run itself is killed: it notices by its standard input, which closes then. Detached, so
 * that Ctrl-C does not reach it first.
 */
export class Reaper {
  private readonly shell: ChildProcess = spawn('sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });

  constructor() {
    this.shell.unref();
    this.shell.stdin?.on('error', () => undefined);
  }

  watch(pid: number): void {
    this.shell.stdin?.write(`+ ${pid}\n`);
  }

  forget(pid: number): void {
    this.shell.stdin?.write(`- ${pid}\n`);
  }

  close(): void {
    this.shell.stdin?.end();
  }
}
