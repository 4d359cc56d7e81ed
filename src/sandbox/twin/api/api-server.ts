import type { AddressInfo } from 'node:net';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Account } from '../account.js';
import type { Contract, OperationMatch } from '../contract/contract.js';
import type { OperationId } from '../contract/operation-id.js';
import type { Call } from '../observation.js';
import { badRequest, errors, NOT_FOUND, type Answer, type ApiRequest, type Handlers } from './answer.js';
import type { Faults } from './faults.js';
import { operationsOf } from './operations.js';
import { BadPageToken } from './paging.js';
import { RateLimits } from './rate-limits.js';
import { FaultyReply } from './faulty-reply.js';

export const BASE_PATH = '/v2.0';
const BODY_LIMIT = 10 * 1024 * 1024;

/** The HTTP side: contract, credentials, limits and scripted faults, in that order, before an operation is served. */
export class ApiServer {
  private readonly http: FastifyInstance;
  private readonly handlers: Handlers;
  private readonly limits: RateLimits | null;

  constructor(
    private readonly account: Account,
    private readonly contract: Contract,
    private readonly faults: Faults,
  ) {
    this.handlers = operationsOf(account);
    this.limits = account.settings.rateLimits === 'off' ? null : new RateLimits(contract, () => account.now());
    this.http = fastify({ forceCloseConnections: true, bodyLimit: BODY_LIMIT });
    // Bodies are read as they come: a broken one is a violation to be recorded, not a parser's affair.
    this.http.removeAllContentTypeParsers();
    this.http.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    this.http.all('/*', (request, reply) => this.serve(request, reply));
  }

  /** Base URL of the API, `http://host:port/v2.0`. */
  async listen(host: string, port: number): Promise<string> {
    await this.http.listen({ host, port });
    const address = this.http.server.address() as AddressInfo;
    return `http://${host}:${address.port}${BASE_PATH}`;
  }

  async close(): Promise<void> {
    await this.http.close();
  }

  private async serve(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const [rawPath = '', rawQuery = ''] = (request.raw.url ?? '').split(/\?(.*)/s);
    const path = rawPath.startsWith(`${BASE_PATH}/`) ? rawPath.slice(BASE_PATH.length) : null;
    const match = path === null ? undefined : this.contract.match(request.method, path);
    const call: Call = { operation: match?.operation ?? 'unknown', method: request.method, path: rawPath, at: this.account.now(), status: null, accepted: false };
    this.account.observation.calls.push(call);
    this.account.observation.changed();
    const out = new FaultyReply(reply, call, this.account);
    if (!match || path === null) {
      this.violation(call, `no such operation in the contract: ${request.method} ${rawPath}`);
      return out.send(NOT_FOUND);
    }
    const refusal = this.refusalOf(match.operation, request, call);
    if (refusal) return out.send(refusal);
    const checked = this.checked(match, request, { path, rawQuery, call });
    return 'status' in checked ? out.send(checked) : this.perform(match.operation, checked, out);
  }

  /** Credentials and limits. */
  private refusalOf(operation: OperationId, request: FastifyRequest, call: Call): Answer | null {
    const token = request.headers['access-token'];
    if (typeof token !== 'string' || token === '') {
      this.violation(call, 'header access-token is missing');
      return { status: 401 };
    }
    const { credentials } = this.account;
    const isAllowed = credentials.isLive(token) || (operation === 'refresh-api-credentials' && credentials.mayRefresh(token));
    if (!isAllowed) return { status: 401 };
    return this.limits && !this.limits.admits(operation) ? { status: 429 } : null;
  }

  private checked(match: OperationMatch, request: FastifyRequest, { path, rawQuery, call }: { path: string; rawQuery: string; call: Call }): ApiRequest | Answer {
    const body = parsedBody(request);
    const result =
      'problem' in body
        ? { violations: [body.problem], query: {} }
        : this.contract.checkRequest(match.operation, { query: queryOf(rawQuery), body: body.value, at: this.account.now() });
    for (const reason of result.violations) this.violation(call, reason);
    if (result.violations.length > 0) return errors(400, 'request', result.violations);
    return {
      params: match.params,
      query: result.query,
      body: 'value' in body ? body.value : undefined,
      baseUrl: `http://${request.headers.host ?? ''}${BASE_PATH}`,
      path,
    };
  }

  private async perform(operation: OperationId, request: ApiRequest, out: FaultyReply): Promise<FastifyReply> {
    const fault = this.faults.take(operation, request.body);
    if (fault && (await out.suffers(fault, 'before'))) return out.reply;
    const answer = this.handled(operation, request, out.call);
    out.call.accepted = answer.status < 300;
    this.account.observation.changed();
    if (fault && (await out.suffers(fault, 'after', answer))) return out.reply;
    return out.send(answer);
  }

  private handled(operation: OperationId, request: ApiRequest, call: Call): Answer {
    try {
      const answer = this.handlers[operation](request);
      const reasons = answer.isDeviation ? [] : this.contract.checkAnswer(operation, answer.status, answer.body);
      if (reasons.length > 0) throw new Error(`the twin's own answer breaks the contract: ${reasons.join('; ')}`);
      return answer;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.violation(call, message);
      return error instanceof BadPageToken ? badRequest('page', message) : errors(500, 'twin', [message]);
    }
  }

  private violation(call: Call, reason: string): void {
    const { operation, method, path, at } = call;
    this.account.observation.tell({ type: 'violation', violation: { operation, method, path, at, reason } });
  }
}

function queryOf(rawQuery: string): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = {};
  const search = new URLSearchParams(rawQuery);
  for (const name of new Set(search.keys())) {
    const values = search.getAll(name);
    query[name] = values.length > 1 ? values : (values[0] ?? '');
  }
  return query;
}

function parsedBody(request: FastifyRequest): { value: unknown } | { problem: string } {
  if (typeof request.body !== 'string' || request.body === '') return { value: undefined };
  if (!request.headers['content-type']?.startsWith('application/json')) return { problem: 'body: content-type must be application/json' };
  try {
    return { value: JSON.parse(request.body) };
  } catch {
    return { problem: 'body: is not JSON' };
  }
}
