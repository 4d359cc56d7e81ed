import { Agent, createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Target {
  address: string;
  isReady: boolean;
  /** A target that turned unready still gets requests until then (a moment of `performance.now()`). */
  lingersUntil: number;
}

export interface Failure {
  /** 502 when the target could not be reached or hung up. */
  status: number;
  target: string;
  why: string;
}

/**
 * A balancer like the one that Kubernetes makes of a Service: it asks each target every second whether it is ready, goes on
 * sending for a while after one has said no (the news takes its time to reach every node), keeps connections open, and never
 * tries another target when one fails.
 */
export class Balancer {
  readonly failures: Failure[] = [];
  requests = 0;
  private readonly targets: Target[] = [];
  private readonly connections = new Agent({ keepAlive: true });
  private readonly timer: NodeJS.Timeout;
  private turn = 0;

  private constructor(
    private readonly server: Server,
    private readonly lingerMs: number,
    probeEveryMs: number,
  ) {
    server.on('request', (incoming, outgoing) => this.pass(incoming, outgoing));
    this.timer = setInterval(() => void Promise.all(this.targets.map((target) => this.probe(target))), probeEveryMs);
  }

  static async start({ lingerMs, probeEveryMs = 1000 }: { lingerMs: number; probeEveryMs?: number }): Promise<Balancer> {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return new Balancer(server, lingerMs, probeEveryMs);
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  add(address: string): void {
    this.targets.push({ address, isReady: false, lingersUntil: 0 });
  }

  remove(address: string): void {
    this.targets.splice(this.targets.findIndex((target) => target.address === address), 1);
  }

  isReady(address: string): boolean {
    return this.targets.some((target) => target.address === address && target.isReady);
  }

  /** Whether it still sends requests there: it was ready when last asked, or was so a moment ago. */
  isSending(address: string): boolean {
    return this.open().some((target) => target.address === address);
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
    this.connections.destroy();
  }

  private open(): Target[] {
    return this.targets.filter(({ isReady, lingersUntil }) => isReady || performance.now() < lingersUntil);
  }

  private async probe(target: Target): Promise<void> {
    const wasReady = target.isReady;
    target.isReady = await fetch(`${target.address}/health/ready`, { signal: AbortSignal.timeout(5000) }).then(({ ok }) => ok, () => false);
    if (wasReady && !target.isReady) target.lingersUntil = performance.now() + this.lingerMs;
  }

  private pass(incoming: IncomingMessage, outgoing: ServerResponse): void {
    this.requests++;
    const open = this.open();
    const target = open[this.turn++ % open.length]?.address ?? 'nobody';
    const fail = (status: number, why: string): void => {
      this.failures.push({ status, target, why });
      if (!outgoing.headersSent) outgoing.writeHead(status);
      outgoing.end();
    };
    if (target === 'nobody') return void (incoming.resume() && fail(503, 'no target is ready'));
    const passed = request(`${target}${incoming.url ?? ''}`, { method: incoming.method, headers: incoming.headers, agent: this.connections }, (answer) => {
      const status = answer.statusCode ?? 502;
      if (status >= 300) this.failures.push({ status, target, why: 'answered so' });
      outgoing.writeHead(status, { 'content-type': answer.headers['content-type'] ?? 'application/json' });
      answer.pipe(outgoing);
    });
    passed.on('error', (error: NodeJS.ErrnoException) => fail(502, error.code ?? error.message));
    incoming.pipe(passed);
  }
}
