import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { HttpService } from '@nestjs/axios';
import { Injectable } from '@nestjs/common';
import type { AxiosRequestConfig, AxiosResponse } from 'axios';
import { AppError, BotmakerConfig, Metrics, Upstreams, writtenAfter } from '../../platform/index.js';
import { answerProblem, transportProblem } from './api-errors.js';
import { withConnectDeadline } from './connect-deadline.js';
import { apiOperations, filledPath, type OperationName } from './operations.js';
import { RateBuckets } from './rate-buckets.service.js';

export interface ApiRequest {
  /** Values for the parameters of the operation's path. */
  path?: Readonly<Record<string, string>>;
  query?: object;
  body?: object;
  /** Longest wait for a slot in the rate bucket, in milliseconds. */
  maxWaitMs?: number;
  /** Time limit in milliseconds where the configured one may be too long. */
  timeoutMs?: number;
  /** Called after the wait for a slot, and again right before the request is written. Throws when the caller may not send any more. */
  lastLook?: () => void;
  /** True when the same work was tried before and Botmaker was really asked: it counts against the retry budget. */
  isRetry?: boolean;
}

export interface ApiAnswer {
  status: number;
  /** The parsed JSON, or null when the answer had no body or no JSON. */
  body: unknown;
  /** When it was answered by the other side's clock, to the second; null when it does not say. */
  answeredAt: Date | null;
}

/** Part of a call's time limit in which the connection must stand. */
const connectPart = 0.5;

/**
 * One HTTP call to the API: breaker, bucket, time limit, error kinds. It never retries, and neither does the library below: the
 * job that asked does, knowing what it risks.
 */
@Injectable()
export class BotmakerTransport {
  private readonly agents: { httpAgent: HttpAgent; httpsAgent: HttpsAgent };

  constructor(
    private readonly http: HttpService,
    private readonly config: BotmakerConfig,
    private readonly buckets: RateBuckets,
    private readonly metrics: Metrics,
    private readonly upstreams: Upstreams,
  ) {
    const connectMs = config.timeoutMs * connectPart;
    this.agents = {
      httpAgent: withConnectDeadline(new HttpAgent({ keepAlive: true }), connectMs),
      httpsAgent: withConnectDeadline(new HttpsAgent({ keepAlive: true }), connectMs),
    };
  }

  async call(name: OperationName, accessToken: string, request: ApiRequest): Promise<ApiAnswer> {
    const { upstream, countedBy } = apiOperations[name];
    this.upstreams.refuseWhileOpen(upstream);
    if (countedBy === 'bucket') await this.buckets.take(name, request.maxWaitMs ?? 5000);
    request.lastLook?.();
    return this.upstreams.call(upstream, request.isRetry ?? false, () => this.measured(name, accessToken, request));
  }

  private async measured(name: OperationName, accessToken: string, request: ApiRequest): Promise<ApiAnswer> {
    const stop = this.metrics.apiSeconds.startTimer({ operation: name });
    try {
      const answer = await this.exchange(name, accessToken, request);
      stop({ outcome: String(answer.status) });
      return answer;
    } catch (error) {
      stop({ outcome: error instanceof AppError ? error.kind : 'bug' });
      if (error instanceof AppError && error.kind === 'rate-limited' && apiOperations[name].countedBy === 'bucket') await this.buckets.rest(name);
      throw error;
    }
  }

  private async exchange(name: OperationName, accessToken: string, request: ApiRequest): Promise<ApiAnswer> {
    const { method, path, visible } = apiOperations[name];
    const deadline = AbortSignal.timeout(Math.min(this.config.timeoutMs, request.timeoutMs ?? Infinity));
    const options: AxiosRequestConfig = {
      method,
      url: this.config.apiBase + filledPath(path, request.path),
      params: request.query,
      data: request.body,
      headers: { 'access-token': accessToken },
      // Of the whole call. The library's own limit is one of silence: a server that drips its answer would never meet it.
      signal: deadline,
      maxRedirects: 0,
      maxContentLength: 20 * 1024 * 1024,
      responseType: 'text',
      // Parsing is ours: an answer that is not JSON must not become an exception that hides the status.
      transformResponse: (text: unknown) => text,
      validateStatus: () => true,
      proxy: false,
      ...this.agents,
      ...(request.lastLook ? { transport: writtenAfter(request.lastLook) } : {}),
    };
    let response: AxiosResponse<unknown>;
    try {
      response = await Promise.race([this.http.axiosRef.request<unknown>(options), over(deadline)]);
    } catch (error) {
      if (error instanceof Error && error.cause instanceof AppError) throw error.cause;
      throw transportProblem(name, visible, error);
    }
    const answer = { status: response.status, body: parse(response.data), answeredAt: dateOf(response.headers['date']) };
    const problem = answerProblem(name, visible, answer, String(response.headers['content-type'] ?? ''));
    if (problem) throw problem;
    return answer;
  }
}

/** Fails when the time is over, even where the library never settles: it swallows errors that come while it unzips. */
function over(deadline: AbortSignal): Promise<never> {
  return new Promise((_, fail) => deadline.addEventListener('abort', () => fail(Object.assign(new Error('the call took too long'), { code: 'ERR_DEADLINE' })), { once: true }));
}

function dateOf(header: unknown): Date | null {
  const date = typeof header === 'string' ? new Date(header) : null;
  return date && !Number.isNaN(date.getTime()) ? date : null;
}

function parse(text: unknown): unknown {
  if (typeof text !== 'string' || text === '') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
