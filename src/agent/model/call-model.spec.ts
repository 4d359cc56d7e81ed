import { AIMessage } from '@langchain/core/messages';
import { Logger } from '@nestjs/common';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { testUpstreams } from '../../../test/support/test-limits.js';
import { AppError, type Upstreams } from '../../platform/index.js';
import { callModel, type ModelReply } from './call-model.js';

const status = (code: number): Error => Object.assign(new Error('as scripted'), { status: code });
const enough = 5;
let upstreams: Upstreams;
let asked: number;

beforeEach(() => {
  Logger.overrideLogger(false);
  upstreams = testUpstreams(undefined, 60_000);
  asked = 0;
});
afterAll(() => Logger.overrideLogger(false));

function call(answer: Error | string, isRetry = false): Promise<ModelReply> {
  const invoke = async (): Promise<AIMessage> => {
    asked++;
    if (answer instanceof Error) throw answer;
    return new AIMessage(answer);
  };
  return callModel({ model: { invoke }, upstreams, isRetry }, [], new AbortController().signal, 1000);
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(() => 'none', (error: unknown) => (error instanceof AppError ? error.code : String(error)));
}

describe('a model', () => {
  it.each([[500, 'agent.unavailable'], [503, 'agent.unavailable'], [408, 'agent.unavailable']])('that keeps answering %i is not asked for a while', async (code, expected) => {
    for (let n = 0; n < enough; n++) expect(await codeOf(call(status(code)))).toBe(expected);
    expect(await codeOf(call('hola'))).toBe('platform.circuit-open');
    expect(asked).toBe(enough);
  });

  it.each([[400, 'agent.request-refused'], [401, 'agent.key-refused'], [429, 'agent.rate-limited']])('that keeps answering %i is asked each time: it is well', async (code, expected) => {
    for (let n = 0; n < 3 * enough; n++) expect(await codeOf(call(status(code)))).toBe(expected);
    expect(asked).toBe(3 * enough);
  });

  it('that talks garbage is well too: what it says is repaired, not waited for', async () => {
    for (let n = 0; n < 3 * enough; n++) expect(await call(new SyntaxError('Unexpected token'))).toMatchObject({ kind: 'garbage' });
    expect(asked).toBe(3 * enough);
  });

  it('is not sent more retries than the budget allows', async () => {
    const codes = await Promise.all(Array.from({ length: 40 }, () => codeOf(call('hola', true))));
    expect(asked).toBeLessThanOrEqual(5);
    expect(codes.filter((code) => code === 'platform.retries-spent')).toHaveLength(40 - asked);
  });
});
