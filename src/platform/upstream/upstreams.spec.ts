import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '../../../test/support/until.js';
import { Alarms } from '../alarms/alarms.service.js';
import { UpstreamConfig } from '../config/app-config.js';
import { AppError, type ErrorKind } from '../errors/app-error.js';
import { Metrics } from '../metrics/metrics.service.js';
import { retryInMs, upstreamNames, wasCalled, type UpstreamName } from './upstream.js';
import { Upstreams } from './upstreams.service.js';

const openMs = 150;
const enough = 5;
let metrics: Metrics;
let alarms: Alarms;
let upstreams: Upstreams;
let called: number;

beforeEach(() => {
  Logger.overrideLogger(false);
  metrics = new Metrics();
  alarms = new Alarms(metrics);
  upstreams = new Upstreams(new UpstreamConfig(openMs), metrics, alarms);
  called = 0;
});
afterEach(() => Logger.overrideLogger(false));

function answering(kind: ErrorKind | 'well', name: UpstreamName = 'botmaker-send', isRetry = false): Promise<string> {
  return upstreams.call(name, isRetry, async () => {
    called++;
    if (kind !== 'well') throw new AppError(kind, 'test.scripted', 'as scripted');
    return 'answer';
  });
}

async function times(count: number, kind: ErrorKind | 'well', name?: UpstreamName): Promise<void> {
  for (let n = 0; n < count; n++) await answering(kind, name).catch(() => undefined);
}

async function errorOf(work: Promise<unknown>): Promise<AppError> {
  const error: unknown = await work.then(() => null, (thrown: unknown) => thrown);
  if (!(error instanceof AppError)) throw new Error(`no error of ours: ${String(error)}`);
  return error;
}

async function circuit(name: UpstreamName): Promise<number | undefined> {
  return (await metrics.upstreamCircuit.get()).values.find(({ labels }) => labels.upstream === name)?.value;
}

describe('a dependency that fails', () => {
  it.each<[ErrorKind]>([['upstream-unavailable'], ['outcome-unknown']])('with %s, again and again, is left alone: nothing is called, and whoever asks knows that nothing was sent', async (kind) => {
    await times(enough, kind);
    const error = await errorOf(answering('well'));
    expect(error).toMatchObject({ kind: 'upstream-unavailable', code: 'platform.circuit-open', details: { upstream: 'botmaker-send' } });
    expect([wasCalled(error), called]).toEqual([false, enough]);
    expect(retryInMs(error)).toBeLessThanOrEqual(openMs);
    expect(upstreams.restMs('botmaker-send')).toBeGreaterThan(0);
  });

  it.each<[ErrorKind]>([['rate-limited'], ['unauthenticated'], ['forbidden'], ['not-found'], ['upstream-rejected'], ['invalid'], ['shutdown'], ['bug']])('is not one that answers %s: a refusal is an answer', async (kind) => {
    await times(5 * enough, kind);
    expect((await errorOf(answering(kind))).code).toBe('test.scripted');
    expect(called).toBe(5 * enough + 1);
  });

  it('is not one that was not asked: whoever gives up right before the call says nothing about it', async () => {
    for (let n = 0; n < 5 * enough; n++) {
      const late = upstreams.call('botmaker-send', false, () => Promise.reject(new AppError('upstream-unavailable', 'test.scripted', 'too late', { details: { called: false } })));
      await expect(late).rejects.toMatchObject({ code: 'test.scripted' });
    }
  });

  it('is not one that fails in fewer than half of its calls, nor one that failed once or twice', async () => {
    for (let round = 0; round < 20; round++) {
      await times(1, 'outcome-unknown');
      await times(2, 'well');
    }
    await times(enough - 1, 'upstream-unavailable', 'botmaker-listing');
    expect([upstreams.restMs('botmaker-send'), upstreams.restMs('botmaker-listing')]).toEqual([0, 0]);
  });

  it('says nothing about the others', async () => {
    await times(enough, 'upstream-unavailable', 'botmaker-typing');
    expect(upstreamNames.filter((name) => upstreams.restMs(name) > 0)).toEqual(['botmaker-typing']);
    expect(await answering('well')).toBe('answer');
  });

  it('is probed by one call after a while; the others are told to come later and do not wait for it', async () => {
    await times(enough, 'upstream-unavailable');
    await until(() => upstreams.restMs('botmaker-send') === 0, 'the rest to be over');
    let answer = (): void => undefined;
    const probe = upstreams.call('botmaker-send', false, () => new Promise<string>((done) => (answer = () => done('it lives'))));
    expect((await errorOf(answering('well'))).code).toBe('platform.circuit-open');
    expect([called, await circuit('botmaker-send')]).toEqual([enough, 0.5]);
    answer();
    expect(await probe).toBe('it lives');
    expect([await answering('well'), await circuit('botmaker-send')]).toEqual(['answer', 0]);
  });

  it('is left alone again when the probe fails too, and is well again when it is merely refused', async () => {
    await times(enough, 'upstream-unavailable');
    await until(() => upstreams.restMs('botmaker-send') === 0, 'the rest to be over');
    await times(1, 'outcome-unknown');
    expect(upstreams.restMs('botmaker-send')).toBeGreaterThan(0);
    await until(() => upstreams.restMs('botmaker-send') === 0, 'the rest to be over');
    await times(1, 'upstream-rejected');
    expect(await answering('well')).toBe('answer');
  });

  it('is seen: a metric for each, an alarm that names them, and an end', async () => {
    await times(enough, 'upstream-unavailable', 'model');
    expect([await circuit('model'), await circuit('botmaker-send')]).toEqual([1, 0]);
    expect(Object.keys(alarms.raised())).toEqual(['circuit-open']);
    await until(() => upstreams.restMs('model') === 0, 'the rest to be over');
    await times(1, 'well', 'model');
    expect([await circuit('model'), alarms.raised()]).toEqual([0, {}]);
  });
});

describe('retries', () => {
  it('beyond the budget are not made: they are told to come later, surely unsent', async () => {
    const results = await Promise.allSettled(Array.from({ length: 50 }, () => answering('well', 'botmaker-send', true)));
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as AppError] : []));
    expect(called).toBeLessThanOrEqual(5);
    expect(called + refused.length).toBe(50);
    for (const error of refused) expect([error.kind, error.code, wasCalled(error), retryInMs(error) > 0]).toEqual(['upstream-unavailable', 'platform.retries-spent', false, true]);
  });

  it('are paid for by first attempts of the same dependency, a tenth each', async () => {
    await times(300, 'well', 'botmaker-listing');
    await times(300, 'well');
    const before = called;
    await Promise.allSettled(Array.from({ length: 100 }, () => answering('well', 'botmaker-send', true)));
    expect(called - before).toBeGreaterThanOrEqual(30);
    expect(called - before).toBeLessThanOrEqual(36);
    await Promise.allSettled(Array.from({ length: 100 }, () => answering('well', 'model', true)));
    expect(called - before).toBeLessThanOrEqual(36 + 5);
  });

  it('that give up before anything is asked are none: they are not counted, and cost nothing', async () => {
    const giveUp = (isRetry: boolean): Promise<unknown> =>
      upstreams.call('botmaker-send', isRetry, () => Promise.reject(new AppError('upstream-unavailable', 'test.unasked', 'too late', { details: { called: false } }))).catch(() => undefined);
    for (let n = 0; n < 100; n++) await giveUp(n % 2 === 0);
    expect((await metrics.upstreamAttempts.get()).values).toEqual([]);
    expect(await answering('well', 'botmaker-send', true)).toBe('answer');
  });

  it('of a dependency that is left alone take nothing out of the budget', async () => {
    await times(enough, 'upstream-unavailable');
    await Promise.allSettled(Array.from({ length: 100 }, () => answering('well', 'botmaker-send', true)));
    await until(() => upstreams.restMs('botmaker-send') === 0, 'the rest to be over');
    expect(await answering('well', 'botmaker-send', true)).toBe('answer');
  });
});
