import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ManagementServer, serverLimits } from '../../src/platform/index.js';
import { noteEvidence, tally } from '../support/evidence.js';
import { rawHead } from '../support/raw-http.js';
import { startApp, type RunningApp } from '../support/running-app.js';
import { strangers } from '../support/strangers.js';

const dripped = 'POST /botmaker/webhook HTTP/1.1\r\nhost: agent.example\r\nx-drip: ';
const { headersTimeout, requestTimeout, connectionsCheckingInterval } = serverLimits;

/** Connections that are opened to be held. Node's version decides how its time limits work; this is what they do on this one. */
describe('who takes his time', () => {
  let running: RunningApp;

  beforeAll(async () => {
    running = await startApp({ role: 'api' });
  }, 120_000);
  afterAll(() => running.stop(), 90_000);

  /** Posts one webhook after the other until `until` is over. How long each answer took, in ms. */
  const businessAsUsual = async (until: Promise<unknown>): Promise<{ times: number[]; statuses: number[] }> => {
    const seen = { times: [] as number[], statuses: [] as number[] };
    let isOver = false;
    const over = until.finally(() => (isOver = true));
    for (let n = 0; !isOver; n++) {
      const startedAt = performance.now();
      seen.statuses.push((await running.post({ type: 'event', n })).status);
      seen.times.push(performance.now() - startedAt);
      await new Promise((again) => setTimeout(again, 20));
    }
    await over;
    return seen;
  };

  it('is shown the door, two thousand at a time, while everybody else is served', async () => {
    const { webhookToken } = running.twin;
    // Node's own limits, to show that the callers are patient and it is ours that end them.
    const patient = createServer();
    await new Promise<void>((listening) => patient.listen(0, '127.0.0.1', listening));
    const before = process.memoryUsage.rss();
    let held = 0;
    let rss = before;
    const look = setInterval(() => {
      (running.app.getHttpServer() as Server).getConnections((_error, count) => (held = Math.max(held, count)));
      rss = Math.max(rss, process.memoryUsage.rss());
    }, 100);
    const repeat = (count: number, head: string): string[] => Array.from({ length: count }, () => head);
    const body = rawHead('POST', '/botmaker/webhook', { 'auth-bm-token': webhookToken, 'content-length': '1000', connection: 'keep-alive' });
    const attack = Promise.all([
      strangers(running.address, repeat(2000, dripped), 'drip'),
      strangers(running.address, repeat(200, ''), 'idle'),
      strangers(running.address, repeat(200, body), 'drip'),
      strangers(`http://127.0.0.1:${running.app.get(ManagementServer).port}`, repeat(50, dripped), 'drip'),
    ]);
    const atThePatient = strangers(`http://127.0.0.1:${(patient.address() as AddressInfo).port}`, repeat(20, dripped), 'drip');
    const { times, statuses } = await businessAsUsual(attack);
    clearInterval(look);
    const stillThere = await new Promise((counted) => patient.getConnections((_error, count) => counted(count)));
    patient.closeAllConnections();
    patient.close();
    await atThePatient;
    expect(stillThere).toBe(20);

    const [headers, silent, bodies, management] = await attack;

    const longest = (ended: { ms: number }[]): number => Math.max(...ended.map(({ ms }) => ms));
    const sorted = times.sort((a, b) => a - b);
    noteEvidence('slow-callers', {
      held, rssPerSocket: Math.round((rss - before) / held),
      longestMs: { headers: longest(headers), silent: longest(silent), bodies: longest(bodies), management: longest(management) },
      answers: { headers: tally(headers.map(({ status }) => status)), bodies: tally(bodies.map(({ status }) => status)) },
      served: sorted.length, p50Ms: sorted[Math.floor(sorted.length / 2)], p99Ms: sorted[Math.floor(sorted.length * 0.99)], maxMs: sorted.at(-1),
    });
    expect(held).toBeGreaterThan(2000);
    // Each began when its process had come up; a busy machine may look a little late.
    const slack = 5000;
    for (const group of [headers, silent, management]) expect(longest(group)).toBeLessThan(headersTimeout + connectionsCheckingInterval + slack);
    expect(longest(bodies)).toBeLessThan(requestTimeout + connectionsCheckingInterval + slack);
    expect(tally(statuses)).toEqual({ 200: statuses.length });
    expect(await running.prisma.envelope.count()).toBe(statuses.length);
  }, 60_000);

  it('between two requests is waited for, longer than a balancer keeps an idle connection', () => {
    const server = running.app.getHttpServer() as Server;
    expect(server.keepAliveTimeout).toBeGreaterThan(60_000);
    expect([server.headersTimeout, server.requestTimeout, server.maxConnections]).toEqual([headersTimeout, requestTimeout, serverLimits.maxConnections]);
  });
});
