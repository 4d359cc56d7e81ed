import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { HttpService } from '@nestjs/axios';
import { Injectable } from '@nestjs/common';
import type { AxiosRequestConfig, AxiosResponse } from 'axios';
import { AppError, BotmakerConfig, Metrics } from '../../platform/index.js';
import { answerProblem, transportProblem } from './api-errors.js';
import { apiOperations, type OperationName } from './operations.js';
import { RateBuckets } from './rate-buckets.service.js';

export interface ApiRequest {
  query?: object;
  body?: object;
  /** Longest wait for a slot in the rate bucket, in milliseconds. */
  maxWaitMs?: number;
  signal?: AbortSignal;
}

export interface ApiAnswer {
  status: number;
  /** The parsed JSON, or null when the answer had no body or no JSON. */
  body: unknown;
}

/**
 * One HTTP call to the API: bucket, time limit, error kinds. It never retries: the job that asked does, knowing what it risks.
 */
@Injectable()
export class BotmakerTransport {
  private readonly agents = { httpAgent: new HttpAgent({ keepAlive: true }), httpsAgent: new HttpsAgent({ keepAlive: true }) };

  constructor(
    private readonly http: HttpService,
    private readonly config: BotmakerConfig,
    private readonly buckets: RateBuckets,
    private readonly metrics: Metrics,
  ) {}

  async call(name: OperationName, accessToken: string, request: ApiRequest): Promise<ApiAnswer> {
    await this.buckets.take(name, request.maxWaitMs ?? 5000, request.signal);
    const stop = this.metrics.apiSeconds.startTimer({ operation: name });
    try {
      const answer = await this.exchange(name, accessToken, request);
      stop({ outcome: String(answer.status) });
      return answer;
    } catch (error) {
      stop({ outcome: error instanceof AppError ? error.kind : 'bug' });
      if (error instanceof AppError && error.kind === 'rate-limited') this.buckets.rest(name);
      throw error;
    }
  }

  private async exchange(name: OperationName, accessToken: string, request: ApiRequest): Promise<ApiAnswer> {
    const { method, path, visible } = apiOperations[name];
    const options: AxiosRequestConfig = {
      method,
      url: this.config.apiBase + path,
      params: request.query,
      data: request.body,
      headers: { 'access-token': accessToken },
      timeout: this.config.timeoutMs,
      maxRedirects: 0,
      maxContentLength: 20 * 1024 * 1024,
      responseType: 'text',
      // Parsing is ours: an answer that is not JSON must not become an exception that hides the status.
      transformResponse: (text: unknown) => text,
      validateStatus: () => true,
      proxy: false,
      ...this.agents,
      ...(request.signal ? { signal: request.signal } : {}),
    };
    let response: AxiosResponse<unknown>;
    try {
      response = await this.http.axiosRef.request<unknown>(options);
    } catch (error) {
      throw transportProblem(name, visible, error);
    }
    const answer = { status: response.status, body: parse(response.data) };
    const problem = answerProblem(name, visible, answer, String(response.headers['content-type'] ?? ''));
    if (problem) throw problem;
    return answer;
  }
}

function parse(text: unknown): unknown {
  if (typeof text !== 'string' || text === '') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
