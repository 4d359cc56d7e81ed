import { randomUUID } from 'node:crypto';
import { tracingChannel } from 'node:diagnostics_channel';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import { HttpConfig, type AppConfig } from '../../src/platform/index.js';
import { noteEvidence } from '../support/evidence.js';
import { rawHead, rawRequest } from '../support/raw-http.js';
import { startApp, type AppOptions, type RunningApp } from '../support/running-app.js';
import { forwardedCases, throughHops, throughRanges } from './forwarded-cases.js';

const body = '{"type":"event"}';

/** Who the caller is taken for, when anybody can write anything into his headers. */
describe('the address of a caller', () => {
  let base: RunningApp;

  beforeAll(async () => {
    base = await startApp({ role: 'api' });
  }, 120_000);
  afterAll(() => base.stop(), 90_000);

  /** Sends every case to an app that was started so. Those that it takes for somebody else than `expected` says. */
  const violations = async (options: AppOptions, expected: (lines: string[]) => string): Promise<string[]> => {
    const app = await startApp({ role: 'api', beside: base, ...options });
    const seen = new Map<string, string>();
    const onStart = (message: unknown): void => {
      const { request } = message as { request: FastifyRequest };
      seen.set(request.id, request.ip);
    };
    const channel = tracingChannel('fastify.request.handler');
    channel.start.subscribe(onStart);
    const found: string[] = [];
    for (const lines of forwardedCases) {
      const id = randomUUID();
      const head = rawHead('POST', '/botmaker/webhook', { 'auth-bm-token': base.twin.webhookToken, 'x-request-id': id, 'content-length': String(body.length) });
      const { status } = await rawRequest(app.address, head.replace('\r\n\r\n', `\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`) + body);
      if (status !== 200 || seen.get(id) !== expected(lines)) found.push(`${lines.join(' | ').slice(0, 100)}: ${status}, taken for ${seen.get(id)} and not for ${expected(lines)}`);
    }
    channel.start.unsubscribe(onStart);
    await app.stop();
    return found;
  };

  const settings: [what: string, env: Record<string, string>, expected: (lines: string[]) => string][] = [
    ['no proxy is trusted', {}, throughHops(0)],
    ['one hop is', { TRUSTED_PROXIES: '1' }, throughHops(1)],
    ['two hops are', { TRUSTED_PROXIES: '2' }, throughHops(2)],
    ['ranges are', { TRUSTED_PROXIES: '127.0.0.0/8,10.0.0.0/8' }, throughRanges],
  ];

  it.each(settings)('is what the trusted proxies say, and nobody else can say it, when %s', async (what, env, expected) => {
    const found = await violations({ env }, expected);
    noteEvidence('forwarded', { trusted: what, cases: forwardedCases.length, violations: found.length });
    expect(found).toEqual([]);
  });

  it('would be what anybody says, if everybody were trusted: the same cases show it', async () => {
    const everybody = (config: AppConfig): AppConfig => ({ ...config, http: new HttpConfig(config.http.port, config.http.host, config.http.managementPort, true as unknown as false) });
    for (const expected of [throughHops(1), throughRanges]) {
      const found = await violations({ change: everybody }, expected);
      noteEvidence('forwarded-control', { trusted: 'everybody', cases: forwardedCases.length, violations: found.length });
      expect(found.length).toBeGreaterThan(10);
      expect(found.some((each) => each.includes('taken for 198.51.100.66'))).toBe(true);
    }
  });
});
