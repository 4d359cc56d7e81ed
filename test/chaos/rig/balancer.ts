import { Agent, createServer, request as httpRequest, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Addresses that may be asked now, in any order. */
export type Backends = () => readonly string[];

export interface BalancerAnswer {
  status: number;
  ms: number;
  tries: number;
}

interface Answer {
  status: number;
  body: Buffer;
}

/** For a replica while there is another to ask; many times what an acknowledgement takes when nothing is wrong. */
const tryMs = 750;
/** For one that is alone. */
const lastTryMs = 3000;
/** For all tries of a call: Botmaker waits ten seconds. */
const patienceMs = 9000;
/** How long a replica is left out after it did not answer. */
const restMs = 1000;
/** Before all are asked anew. */
const pauseMs = 100;

/**
 * What stands in front of replicas: round robin over those that are ready, the next one when one does not answer (the webhook
 * absorbs what is told twice, so a POST may be repeated). It knows no more than a real one: a frozen replica is found out by
 * its silence, a killed one by a refused connection. Who did not answer is asked by one call at a time until he does; a call is
 * given up when its time is over.
 */
export class Balancer {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 256 });
  /** Who did not answer, and until when he rests. */
  private readonly silent = new Map<string, number>();
  private turn = 0;

  private constructor(
    private readonly server: Server,
    private readonly backends: Backends,
    private readonly onAnswer: (answer: BalancerAnswer) => void,
  ) {}

  static async start(backends: Backends, onAnswer: (answer: BalancerAnswer) => void): Promise<Balancer> {
    // An idle connection outlives every pause of its caller, so that no call meets its end.
    const server = createServer({ keepAliveTimeout: 75_000 });
    const balancer = new Balancer(server, backends, onAnswer);
    server.on('request', (request, response) => void balancer.serve(request, response));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return balancer;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.agent.destroy();
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  private async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedAt = performance.now();
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const leftMs = (): number => startedAt + patienceMs - performance.now();
    const asked = new Set<string>();
    let tries = 0;
    let answer: Answer | null = null;
    while (!answer && leftMs() > 0) {
      const [backend, other] = this.order().filter((one) => !asked.has(one));
      if (!backend) {
        asked.clear();
        await new Promise((again) => setTimeout(again, pauseMs));
        continue;
      }
      asked.add(backend);
      tries++;
      answer = await this.ask(backend, incoming, body, Math.min(other ? tryMs : lastTryMs, leftMs()));
      if (answer) this.silent.delete(backend);
      else this.silent.set(backend, performance.now() + restMs);
    }
    const { status, body: said } = answer ?? { status: 502, body: Buffer.from('no replica answered') };
    response.writeHead(status, { 'content-type': 'application/json' }).end(said);
    if (incoming.method === 'POST') this.onAnswer({ status, ms: performance.now() - startedAt, tries });
  }

  /** Those that were silent come last: better a doubtful replica than none. One that has rested is tried first, by this call alone. */
  private order(): string[] {
    const all = this.backends();
    const first = this.turn++;
    const turned = all.map((_, index) => all[(first + index) % all.length] ?? '');
    const probed = turned.find((backend) => (this.silent.get(backend) ?? Infinity) <= performance.now());
    if (probed) this.silent.set(probed, performance.now() + restMs);
    const others = turned.filter((backend) => backend !== probed);
    const isSilent = (backend: string): boolean => this.silent.has(backend);
    return [...(probed ? [probed] : []), ...others.filter((backend) => !isSilent(backend)), ...others.filter(isSilent)];
  }

  /** Null: no answer. */
  private ask(backend: string, incoming: IncomingMessage, body: Buffer, ms: number): Promise<Answer | null> {
    return new Promise((done) => {
      const { host: _host, connection: _connection, 'transfer-encoding': _encoding, ...headers } = incoming.headers;
      const url = `${backend}${incoming.url ?? '/'}`;
      const request = httpRequest(url, { method: incoming.method, agent: this.agent, headers: { ...headers, 'content-length': body.length }, timeout: ms }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => done({ status: answer.statusCode ?? 502, body: Buffer.concat(chunks) }));
        answer.on('error', () => done(null));
        answer.on('close', () => done(null));
      });
      request.on('timeout', () => request.destroy());
      request.on('error', () => done(null));
      request.end(body);
    });
  }
}
