import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EntryView } from '../../src/correlation/index.js';
import { startApp, type RunningApp } from '../support/running-app.js';
import { until } from '../support/until.js';

const folder = new URL('../fixtures/webhook/', import.meta.url);
const samples = readdirSync(folder).sort().map((name) => ({ name: name.replace('.json', ''), body: readFileSync(new URL(name, folder)) }));
const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
const event = (field: string): string => `{"type":"event","contactId":"5491150009999",${field}}`;

/** Not one of these is an error to Botmaker; each is kept, and a person finds it by its reason. */
const setAside: Record<string, [reason: string, body: string | Buffer]> = {
  'the empty body': ['not-json', ''],
  'half a body': ['not-json', '{"type":"message","messages":['],
  'a form': ['not-json', 'type=message&contactId=5491150001234'],
  'single quotes': ['not-json', "{'type':'message'}"],
  'a NUL byte': ['not-json', '{"type":"message"\0}'],
  'a list': ['not-an-object', '[{"type":"message"}]'],
  'a word': ['not-an-object', '"hola"'],
  'null': ['not-an-object', 'null'],
  '5 MiB': ['too-large', event(`"filler":"${'x'.repeat(5 * 1024 * 1024)}"`)],
  '1,000 levels': ['too-deep', nested(1000)],
  '500,000 brackets': ['too-deep', '['.repeat(500_000)],
  '60,000 fields': ['too-wide', `{${Array.from({ length: 60_000 }, (_, n) => `"f${n}":1`).join()}}`],
  'half a letter': ['not-utf8', Buffer.concat([Buffer.from('{"type":"'), Buffer.from([0xc3]), Buffer.from('"}')])],
  'UTF-16': ['not-utf8', Buffer.from('\ufeff{"type":"message"}', 'utf16le')],
  'gzip': ['not-utf8', gzipSync(samples[0]?.body ?? '')],
  'deflate': ['not-utf8', deflateSync('hola')],
  'a message without messages': ['messages-missing', '{"type":"message","contactId":"5491150009999"}'],
  'a message that is a number': ['message-malformed', '{"type":"message","contactId":"5491150009999","messages":[7]}'],
  'a message of nobody': ['no-chat', '{"type":"message","messages":[{"_id_":"X1","from":"user","message":"hola"}]}'],
  'a status that nobody knows': ['unknown-status', '{"type":"status","status":"levitating","messageId":"X2"}'],
  'a status of nothing': ['status-without-id', '{"type":"status","status":"read"}'],
};

/** Odd, and still understood. */
const understood: Record<string, string | Buffer> = {
  'a byte order mark': `\ufeff${event('"a":1')}`,
  'half an emoji': event('"a":"\\ud83d"'),
  'an escaped NUL': event('"a":"\\u0000"'),
  'names that poison objects': event('"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}'),
  'a number beyond numbers': event('"a":1e400'),
  'the same name twice': event('"a":1,"a":2'),
  'fields of tomorrow': event('"a":{"b":[{"c":null}]}'),
};

describe('the bodies of the webhook', () => {
  let running: RunningApp;

  beforeAll(async () => {
    // Nothing is ever handed over here: what the bodies mean for the conversation is told elsewhere.
    running = await startApp({ env: { HANDOFF_VARIABLE: 'nobody_sets_this' } });
  });
  afterAll(() => running.stop());

  const post = async (body: string | Buffer, headers: Record<string, string> = {}): Promise<{ status: number; envelopeId: bigint }> => {
    const { status } = await running.post(body, headers);
    const { id } = await running.prisma.envelope.findFirstOrThrow({ orderBy: { id: 'desc' }, select: { id: true } });
    return { status, envelopeId: id };
  };
  const allRead = () => until(async () => (await running.prisma.envelope.count({ where: { readAt: null } })) === 0, 'every body to be read');
  const eventsOf = (envelopeId: bigint) => running.prisma.event.findMany({ where: { envelopeId }, orderBy: { id: 'asc' } });
  const entriesWith = async (query: string): Promise<EntryView[]> => ((await running.api(`/api/v1/entries?limit=500&${query}`)).body as { items: EntryView[] }).items;

  it('of every known format are acknowledged, read, and become events, or are a duplicate of another', async () => {
    const posted = [];
    for (const { name, body } of samples) posted.push({ name, ...(await post(body)) });
    expect(posted.filter(({ status }) => status !== 200)).toEqual([]);
    await allRead();

    const without: string[] = [];
    for (const { name, envelopeId } of posted) if ((await eventsOf(envelopeId)).length === 0) without.push(name);
    // The documents print one id in several samples: what comes second is the message that was told before.
    const sameAs = { '2O2LXNWHAK7AANUNOR01': ['02'], LBIJGWZN4SJADFT2HUD2: ['41', '42', '43', '44', '45', '46', '50'] };
    expect(without.map((name) => name.slice(0, 2))).toEqual(Object.values(sameAs).flat());
    for (const remoteId of Object.keys(sameAs)) expect(await running.prisma.event.count({ where: { remoteId, kind: 'message' } })).toBe(1);
  });

  it('are told of in the log, one entry an event, each with its reason', async () => {
    const counts: Record<string, number> = {};
    for (const { type, reason, detail } of await entriesWith('to=2100-01-01')) {
      if (!type.startsWith('inbox.')) continue;
      const { kind = '-', author } = detail as { kind?: string; author?: string };
      const line = [type.replace('inbox.', ''), kind, author ?? reason].filter(Boolean).join(' ');
      counts[line] = (counts[line] ?? 0) + 1;
    }
    expect(counts).toEqual({
      'accepted message customer': 18,
      'accepted message flow': 3,
      'accepted message operator': 2,
      'accepted variables': 1,
      'accepted status': 9,
      'duplicate message duplicate': 8,
      'ignored ignored event-not-understood': 1,
      'ignored ignored unknown-type': 1,
      'ignored ignored no-messages': 1,
      'quarantined - messages-missing': 1,
    });
  });

  it('that come one upon the other are read together, by transactions that begin forty milliseconds apart or after a full one', async () => {
    const before = (await running.prisma.envelope.aggregate({ _max: { id: true } }))._max.id;
    const startedAt = performance.now();
    const bodies = 40;
    for (let n = 0; n < bodies; n++) await running.post(event(`"n":${n}`));
    await allRead();
    const ms = performance.now() - startedAt;
    const [{ readings } = { readings: 0 }] = await running.prisma.$queryRaw<{ readings: number }[]>`SELECT count(DISTINCT xmin::text)::int AS readings FROM envelope WHERE id > ${before}`;
    expect(readings).toBeGreaterThan(0);
    expect(readings).toBeLessThanOrEqual(Math.floor(ms / 40) + 1 + bodies / 10);
  });

  it('leave nothing unread behind in the conversations', async () => {
    await until(async () => (await running.prisma.event.count({ where: { state: 'received' } })) === 0, 'every event to be sorted');
    expect(await running.prisma.turn.count()).toBe(0);
  });

  it('told again add nothing', async () => {
    const before = await running.prisma.event.count();
    // Those with an id of their own; the others are told apart by their time of arrival.
    for (const { body } of samples.filter(({ name }) => /^(0|1[0-689]|2|4|5[0-3])/.test(name))) await post(body);
    await allRead();
    expect(await running.prisma.event.count()).toBe(before);
  });

  it.each(Object.entries(setAside))('that can not be understood (%s) get 200, are kept as they came, and show up by their reason', async (_what, [reason, body]) => {
    const { status, envelopeId } = await post(body);
    expect(status).toBe(200);
    await allRead();
    const [event, ...more] = await eventsOf(envelopeId);
    expect(more).toEqual([]);
    expect([event?.state, event?.reason]).toEqual(['quarantined', reason]);

    const entries = await entriesWith(`reason=${reason}`);
    expect(entries.filter(({ eventId, type }) => eventId === String(event?.id) && type === 'inbox.quarantined')).toHaveLength(1);
    const { body: kept } = await running.prisma.envelope.findUniqueOrThrow({ where: { id: envelopeId } });
    const limit = 1024 * 1024 + 1;
    expect(createHash('sha256').update(kept).digest('hex')).toBe(createHash('sha256').update(Buffer.from(body).subarray(0, limit)).digest('hex'));
  });

  it.each(Object.entries(understood))('that are odd (%s) are read all the same', async (_what, body) => {
    const { status, envelopeId } = await post(body);
    expect(status).toBe(200);
    await allRead();
    expect(await eventsOf(envelopeId)).toMatchObject([{ state: 'ignored', reason: 'event-not-understood' }]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('that are broken and come twice are kept twice and told of once', async () => {
    const before = await running.prisma.event.count();
    await Promise.all([running.post('{broken'), running.post('{broken')]);
    await allRead();
    expect(await running.prisma.event.count()).toBe(before + 1);
    expect((await entriesWith('type=inbox.duplicate')).filter(({ detail }) => (detail as { kind?: string }).kind === 'quarantined')).toHaveLength(1);
  });

  it('do not stop each other: the good message of an envelope is read, the bad one beside it set aside', async () => {
    const { envelopeId } = await post(
      JSON.stringify({ type: 'message', contactId: '5491150009999', messages: [{ _id_: 'GOOD1', from: 'user', message: 'uno' }, null, { _id_: 'GOOD2', from: 'user', message: 'dos' }] }),
    );
    await allRead();
    expect((await eventsOf(envelopeId)).map(({ kind, remoteId, reason }) => [kind, remoteId ?? reason])).toEqual([['message', 'GOOD1'], ['quarantined', 'message-malformed'], ['message', 'GOOD2']]);
  });

  it.each(['text/plain', 'application/json; charset=utf-8', 'application/json; charset="', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/octet-stream', 'json', 'a/b/c', ';', 'application/json, application/json'])(
    'are taken whatever their media type says: %s',
    async (type) => {
      const { status, envelopeId } = await post(event(`"type-given":${JSON.stringify(type)}`), { 'content-type': type });
      expect(status).toBe(200);
      await allRead();
      expect(await eventsOf(envelopeId)).toMatchObject([{ reason: 'event-not-understood' }]);
    },
  );

  it('are taken without a media type, and with an encoding that we do not undo', async () => {
    const headers = { 'auth-bm-token': running.twin.webhookToken };
    const bare = await fetch(`${running.address}/botmaker/webhook`, { method: 'POST', body: Buffer.from(event('"bare":1')), headers });
    expect(bare.status).toBe(200);
    const { status, envelopeId } = await post(gzipSync(event('"packed":1')), { 'content-encoding': 'gzip' });
    expect(status).toBe(200);
    await allRead();
    expect(await eventsOf(envelopeId)).toMatchObject([{ state: 'quarantined', reason: 'not-utf8' }]);
  });
});
