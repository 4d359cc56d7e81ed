import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Readable } from 'node:stream';
import axios, { isCancel, type AxiosResponse } from 'axios';
import { AppError, writtenAfter } from '../../platform/index.js';
import { causes } from './garbage-reply.js';
import { lookOfNow } from './last-look.js';

/** What lies between us and the provider may have forgotten a connection that nobody used; a request on it would wait for its time limit. */
const idleMs = 4000;

const agents = { httpAgent: new HttpAgent({ keepAlive: true, timeout: idleMs }), httpsAgent: new HttpsAgent({ keepAlive: true, timeout: idleMs }) };

/**
 * One request to the provider of the model, written when its connection stands and the last look has not thrown. Node's own
 * fetch has no such moment: a worker that was frozen while it connected asked for a turn that another had ended meanwhile.
 * Any status is an answer; its body is not read yet. Follows no redirect, and knows no proxy but what the address says.
 */
export function askProvider(url: string, { method, headers, body, signal }: RequestInit): Promise<AxiosResponse<Readable>> {
  return axios.request<Readable>({
    method: method ?? 'GET',
    url,
    headers: Object.fromEntries(new Headers(headers)),
    data: body,
    // As it was given: the library would parse it and write it anew.
    transformRequest: (data: unknown) => data,
    responseType: 'stream',
    maxRedirects: 0,
    validateStatus: () => true,
    proxy: false,
    transport: writtenAfter(lookOfNow()),
    ...agents,
    ...(signal ? { signal } : {}),
  });
}

/**
 * What the library throws, also while the body is read, holds the request: our key, and what the customer said. Left is the
 * kind of failure, under the names that fetch would give it, and a reason of our own.
 */
export function withoutRequest(error: unknown): Error {
  if (isCancel(error)) return new DOMException('the request was given up', 'AbortError');
  const { code } = error as { code?: unknown };
  return Object.assign(new Error('the request failed', { cause: causes(error).find((cause) => cause instanceof AppError) }), { code });
}
