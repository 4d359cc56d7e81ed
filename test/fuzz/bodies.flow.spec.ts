import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from 'nestjs-pino';
import { captureLog } from '../support/captured-log.js';
import { noteEvidence, tally } from '../support/evidence.js';
import { startApp, type RunningApp } from '../support/running-app.js';
import { until } from '../support/until.js';
import { postAll } from '../support/webhook-hose.js';
import { generated } from './generated.js';
import { inMessage, jsonCases } from './json-cases.js';
import { naughty } from './naughty.js';
import { differences, isIn, prototypes, sha256, soundly, telling } from './stored.js';
import { bodiesWith, fieldNames, templates } from './text-fields.js';

/** FUZZ_BODIES and FUZZ_SEED make the generated part longer, or another one. */
const count = Number(process.env['FUZZ_BODIES'] ?? 20_000);
const seed = Number(process.env['FUZZ_SEED'] ?? 1);
const rssOf = (): number => process.memoryUsage.rss() / 1024 / 1024;

/**
 * Whatever a caller with the token may send, over real HTTP, into the database, and from there through the reader. This process
 * has the role that stores and does not read, so that it takes seconds; filing.flow.spec.ts goes all the way.
 */
describe('whatever arrives at the webhook', () => {
  let running: RunningApp;
  let log: { text(): string };
  let untouched: string;
  const sent: Buffer[] = [];

  beforeAll(async () => {
    untouched = prototypes();
    running = await startApp({ role: 'api' });
    log = captureLog();
  }, 120_000);
  afterAll(() => running.stop(), 90_000);

  const post = async (bodies: Buffer[]): Promise<number> => {
    const startedAt = performance.now();
    for (const body of bodies) sent.push(body);
    expect(tally(await postAll(running.address, running.twin.webhookToken, bodies))).toEqual({ 200: bodies.length });
    return Math.round(performance.now() - startedAt);
  };

  it('as JSON or nearly so is taken, and read for what it is', async () => {
    const inside = jsonCases.map(inMessage);
    const ms = await post([...jsonCases, ...inside].map(({ body }) => body));
    const unreadable = new Set(['not-json', 'not-utf8', 'too-deep', 'too-wide', 'too-large']);
    const misread: string[] = [];
    const seen: Record<string, number> = {};
    for (const { name, body } of jsonCases) {
      const { types, reasons: [reason] } = soundly(body);
      const outcome = reason ?? types[0] ?? '';
      seen[`${name.slice(0, 1)} ${outcome}`] = (seen[`${name.slice(0, 1)} ${outcome}`] ?? 0) + 1;
      // What the package lost in its own encoding says nothing about its name.
      if (body.includes('\ufffd')) continue;
      if (name.startsWith('y_') && (outcome === 'not-json' || outcome === 'not-utf8')) misread.push(`${name}: ${outcome}`);
      if (name.startsWith('n_') && !unreadable.has(outcome)) misread.push(`${name}: ${outcome}`);
    }
    for (const { body } of inside) soundly(body);
    noteEvidence('json-cases', { cases: jsonCases.length, alsoInAMessage: inside.length, ms, seen });
    expect(misread).toEqual([]);
  }, 120_000);

  it('is taken with any naughty text in any text field of any format', async () => {
    const bodies = bodiesWith(naughty);
    const ms = await post(bodies);
    const types = bodies.flatMap((body) => soundly(body).types);
    noteEvidence('naughty-texts', { texts: naughty.length, fields: fieldNames().size, templates: templates().length, bodies: bodies.length, ms, events: tally(types) });
    expect(bodies.length).toBeGreaterThan(10_000);
  }, 240_000);

  it('is taken when it is a known body, damaged', async () => {
    const memory: number[] = [];
    let ms = 0;
    const types: string[] = [];
    for (let part = 0; part * 1000 < count; part++) {
      const bodies = generated(Math.min(1000, count - part * 1000), seed * 1_000_003 + part);
      const startedAt = sent.length;
      ms += await post(bodies);
      types.push(...bodies.flatMap((body) => soundly(body).types));
      memory.push(rssOf());
      // They can be made again from their seed; a million would not fit.
      if (count > 100_000) sent.length = startedAt;
    }
    const later = memory.slice(Math.floor(memory.length / 2));
    const slope = later.length > 1 ? ((later.at(-1) ?? 0) - (later[0] ?? 0)) / (later.length - 1) : 0;
    noteEvidence('generated', { bodies: count, seed, ms, events: tally(types), rssMiB: memory.map(Math.round).filter((_, at) => at % Math.ceil(memory.length / 10) === 0), rssSlopeMiBPer1000: Math.round(slope * 100) / 100 });
  }, 240_000 + count * 10);

  it('is kept as it came, byte for byte, each one of them', async () => {
    // On a slow machine a part of the flood went to the disk first.
    await until(async () => (await running.prisma.envelope.count()) >= sent.length, 'all of them to be in the database', 90_000);
    const { missing, foreign } = await differences(running, sent);
    noteEvidence('kept', { sent: sent.length, different: new Set(sent.map(sha256)).size, missing: missing.length });
    expect(missing).toEqual([]);
    if (count <= 100_000) expect(foreign).toBe(0);
  }, 120_000);

  it('changes no object of the program, and is in no line of its log', async () => {
    expect(prototypes()).toBe(untouched);
    running.app.get(Logger).log('the log is captured');
    expect(log.text()).toContain('the log is captured');
    expect(telling(naughty).filter((text) => isIn(log.text(), text))).toEqual([]);
  });
});
