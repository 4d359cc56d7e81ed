import type { FastifyReply } from 'fastify';
import type { Account } from '../account.js';
import type { Call } from '../observation.js';
import { errors, type Answer } from './answer.js';
import type { Fault, FaultMoment } from './faults.js';

const PROXY_PAGE = '<html><head><title>502 Bad Gateway</title></head><body>Bad Gateway</body></html>';

/** The way back to the caller: an honest answer, or one that a scripted fault spoils. */
export class FaultyReply {
  constructor(
    readonly reply: FastifyReply,
    readonly call: Call,
    private readonly account: Account,
  ) {}

  async send({ status, body }: Answer, headers: Readonly<Record<string, string>> = {}): Promise<FastifyReply> {
    this.settle(status);
    void this.reply.code(status).headers(headers);
    if (body === undefined) return this.reply.send();
    if (typeof body === 'string') return this.reply.type('text/plain; charset=utf-8').send(body);
    return this.reply.type('application/json; charset=utf-8').send(JSON.stringify(body));
  }

  /** Applies the fault if this is its moment; true when the caller got its answer, or never will. */
  async suffers(fault: Fault, moment: FaultMoment, answer?: Answer): Promise<boolean> {
    if (momentOf(fault) !== moment) return false;
    this.call.fault = fault.kind;
    switch (fault.kind) {
      case 'status':
        await this.send({ status: fault.status, body: fault.body ?? bodyOf(fault.status) }, fault.headers);
        return true;
      case 'reset':
        this.reset();
        return true;
      case 'cut':
        this.cut(answer);
        return true;
      case 'stall':
        await this.account.work.sleep(fault.ms);
        return false;
      case 'silence':
        this.reply.hijack();
        this.settle(null);
        return true;
      case 'garbage':
        await this.garbage(fault, answer);
        return true;
    }
  }

  private reset(): void {
    this.reply.hijack();
    this.settle(null);
    this.reply.raw.socket?.resetAndDestroy();
  }

  private cut(answer: Answer | undefined): void {
    this.reply.hijack();
    this.settle(null);
    const body = JSON.stringify(answer?.body ?? {});
    const raw = this.reply.raw;
    raw.writeHead(answer?.status ?? 200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) + 1 });
    // Flushed first, so that the caller surely sees half an answer before the reset.
    raw.write(body.slice(0, Math.ceil(body.length / 2)), () => raw.socket?.resetAndDestroy());
  }

  private async garbage(fault: Extract<Fault, { kind: 'garbage' }>, answer: Answer | undefined): Promise<void> {
    this.settle(fault.status ?? answer?.status ?? 200);
    await this.reply
      .code(fault.status ?? answer?.status ?? 200)
      .type(fault.contentType ?? 'text/html')
      .send(fault.body ?? PROXY_PAGE);
  }

  private settle(status: number | null): void {
    this.call.status = status;
    this.account.observation.tell({ type: 'call', call: this.call });
  }
}

function momentOf(fault: Fault): FaultMoment {
  return fault.kind === 'cut' ? 'after' : (fault.when ?? 'after');
}

/** 401, 404 and 429 come without a body [O]. */
function bodyOf(status: number): unknown {
  return [401, 404, 429].includes(status) || status < 400 ? undefined : errors(status, 'server', ['scripted fault']).body;
}
