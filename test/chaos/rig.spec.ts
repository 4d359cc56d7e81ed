import { createServer, type Server } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo } from 'node:net';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { until } from '../support/until.js';
import { evidenceDir } from './evidence/keep.js';
import { evidencePage } from './evidence/page.mjs';
import { Balancer, type BalancerAnswer } from './rig/balancer.js';
import { latencyOf, worstTenMinutes } from './rig/door-figures.js';
import { FaultProxy } from './rig/fault-proxy.js';
import { drawFor, streamOf } from './rig/prng.js';
import { root } from './rig/replica.js';
import { blowsOf, storm } from './rig/schedule.js';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

describe('a seed', () => {
  const first = (seed: number): unknown[] => {
    const blows = blowsOf(seed, 'kill', storm.kill!);
    return Array.from({ length: 20 }, () => blows.next().value);
  };

  it('gives the same blows again, and another seed others', () => {
    expect(first(7)).toEqual(first(7));
    expect(first(7)).not.toEqual(first(8));
  });

  it('draws for one concern without changing another', () => {
    const [one, other] = [streamOf(7, 'kill'), streamOf(7, 'kill')];
    streamOf(7, 'freeze')();
    expect([one(), one()]).toEqual([other(), other()]);
    expect(drawFor(7, 'fault', 't1')).toBe(drawFor(7, 'fault', 't1'));
  });
});

describe('the figures of the door', () => {
  it('count the worst ten minutes, wherever they begin', () => {
    const minute = 60_000;
    expect(worstTenMinutes([])).toBe(0);
    expect(worstTenMinutes([0, 9 * minute, 10 * minute, 11 * minute, 30 * minute])).toBe(3);
    expect(worstTenMinutes([30 * minute, 1, 2, 3])).toBe(3);
  });

  it('tell percentiles and the longest, and leave nothing out of the histogram', () => {
    const latency = latencyOf([...Array.from({ length: 99 }, () => 4), 20_000]);
    expect(latency).toMatchObject({ count: 100, p50: 4, p99: 4, p999: 20_000, max: 20_000, histogram: { 5: 99, more: 1 } });
  });
});

describe('the balancer', () => {
  async function backend(status: number | null): Promise<string> {
    const server: Server = createServer((request, response) => {
      if (status === null) return void request.socket.resetAndDestroy();
      request.resume().once('end', () => response.writeHead(status).end('{}'));
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    ends.push(() => new Promise((closed) => server.close(closed)));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async function balancer(...backends: string[]): Promise<{ post: () => Promise<number>; answers: BalancerAnswer[] }> {
    const answers: BalancerAnswer[] = [];
    const made = await Balancer.start(() => backends, (answer) => answers.push(answer));
    ends.push(() => made.close());
    return { answers, post: async () => (await fetch(`${made.address}/x`, { method: 'POST', body: 'b' })).status };
  }

  it('asks the next one when one does not answer, and leaves that one out for a while', async () => {
    const { post, answers } = await balancer(await backend(null), await backend(200));
    expect([await post(), await post(), await post()]).toEqual([200, 200, 200]);
    expect(answers.map(({ tries }) => tries)).toEqual([2, 1, 1]);
  });

  it('hands on what a replica answers, also a refusal, and counts it', async () => {
    const { post, answers } = await balancer(await backend(503));
    expect(await post()).toBe(503);
    expect(answers).toMatchObject([{ status: 503, tries: 1 }]);
  });

  it('asks who has come meanwhile, when all have failed', async () => {
    const backends = [await backend(null)];
    const made = await Balancer.start(() => backends, () => backends.push(''));
    ends.push(() => made.close());
    const answered = fetch(`${made.address}/x`, { method: 'POST', body: 'b' });
    backends.push(await backend(200));
    expect((await answered).status).toBe(200);
  });

  it('says 502 when nobody has answered in nine seconds', async () => {
    const startedAt = performance.now();
    expect(await (await balancer()).post()).toBe(502);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  }, 20_000);
});

describe('the wire', () => {
  it('stalls without closing, goes on where it stopped, and can be torn', async () => {
    const server = createTcpServer((socket) => socket.on('error', () => undefined).on('data', (chunk) => socket.write(chunk)));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const proxy = await FaultProxy.start((server.address() as AddressInfo).port);
    ends.push(() => proxy.close(), () => new Promise((closed) => server.close(closed)));
    let echoed = '';
    let isClosed = false;
    const socket = connect(proxy.port, '127.0.0.1').on('data', (chunk) => (echoed += String(chunk))).on('error', () => undefined).on('close', () => (isClosed = true));
    socket.write('a');
    await until(() => echoed === 'a', 'an echo');
    proxy.stall();
    socket.write('b');
    await new Promise((wait) => setTimeout(wait, 100));
    expect({ echoed, isClosed }).toEqual({ echoed: 'a', isClosed: false });
    proxy.heal();
    await until(() => echoed === 'ab', 'the rest');
    proxy.resetAll();
    await until(() => isClosed, 'the end');
  });
});

describe('docs/evidence.md', () => {
  it('is what the kept figures make of it', () => {
    const figures = Object.fromEntries(readdirSync(evidenceDir).filter((file) => file.endsWith('.json')).map((file) => [file.replace('.json', ''), JSON.parse(readFileSync(join(evidenceDir, file), 'utf8')) as object]));
    expect(readFileSync(join(root, 'docs/evidence.md'), 'utf8')).toBe(evidencePage(figures));
  });

  it('says of what was not run that it was not', () => {
    expect(evidencePage({}).match(/Not run\./g)).toHaveLength(13);
  });
});
