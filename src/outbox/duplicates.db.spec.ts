import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { doubtMs, OutboxBench, type Worker } from '../../test/support/outbox-bench.js';
import type { MessageEvent } from '../botmaker/index.js';
import { Alarms, OutboxConfig, Role } from '../platform/index.js';
import { EchoWatch } from './echo-watch.job.js';
import { payloadOf } from './message.js';

let bench: OutboxBench;
beforeAll(async () => {
  Logger.overrideLogger(false);
  bench = await OutboxBench.start(2);
});
afterAll(() => bench.stop());

type Echo = Partial<MessageEvent> & { text?: string };

const work = (chatId: string, worker: Worker = bench.first): Promise<void> => worker.handler.handle({ chatId, correlationId: chatId });
const copies = (chatId: string): Promise<number> => bench.prisma.messageCopy.count({ where: { message: { chatId } } });
const counted = async (): Promise<number> => (await bench.first.metrics.duplicatesDetected.get()).values[0]?.value ?? 0;

/** A message that two looks proved absent: it is planned to be sent once more. */
async function absent(): Promise<{ chatId: string; remote: string; payload: string }> {
  const chat = await bench.chat();
  const runId = await bench.queue(chat.chatId, ['uno']);
  const claim = await bench.first.claimed(chat.chatId);
  await bench.first.outcomes.record(claim, { kind: 'in-doubt', code: 'botmaker.outcome-unknown', httpStatus: 500, holdMs: doubtMs });
  await bench.pass(chat.chatId, doubtMs);
  await bench.first.settle(chat.chatId);
  await bench.pass(chat.chatId, doubtMs / 2);
  await bench.first.settle(chat.chatId);
  expect(await bench.messages(chat.chatId)).toMatchObject([{ state: 'retrying', resentAt: expect.any(Date) }]);
  return { ...chat, payload: payloadOf(runId, claim.messages[0]!) };
}

/** What accounts give back of a message: each must tell of a second copy. */
const habits: [string, (which: { payload: string; txId: string }) => Echo][] = [
  ['our payload', ({ payload }) => ({ clientPayload: payload, text: 'uno' })],
  ['the id of the call', ({ txId }) => ({ txId, text: 'uno' })],
  ['nothing but its text', () => ({ text: 'uno' })],
];

describe('an echo of the first copy, with', () => {
  it.each(habits)('%s, before the message is sent once more calls that off', async (_what, echoOf) => {
    const { chatId, remote, payload } = await absent();
    expect(await bench.echo(chatId, { remoteId: randomUUID(), ...echoOf({ payload, txId: 'FIRST' }) })).toBe(true);
    await work(chatId);
    expect([await bench.messages(chatId), bench.twin.sent(remote).filter(({ origin }) => origin === 'api')]).toMatchObject([[{ state: 'accepted', attempts: 1 }], []]);
    expect(await copies(chatId)).toBe(0);
  });

  it.each(habits)('%s, after it was sent once more is a duplicate: kept, counted and in the log, once', async (_what, echoOf) => {
    const { chatId, payload } = await absent();
    const [before, first, second] = [await counted(), randomUUID(), randomUUID()];
    await work(chatId);
    const txId = (await bench.messages(chatId))[0]!.notificationId!;
    expect(await bench.echo(chatId, { remoteId: second, ...echoOf({ payload, txId }) })).toBe(true);
    for (let told = 0; told < 2; told++) expect(await bench.echo(chatId, { remoteId: first, ...echoOf({ payload, txId: 'FIRST' }) })).toBe(true);
    expect([await copies(chatId), (await counted()) - before, (await bench.messages(chatId))[0]]).toMatchObject([1, 1, { state: 'accepted', remoteId: second }]);
    expect((await bench.log(chatId)).filter((type) => type === 'message.duplicate-detected')).toHaveLength(1);
  });

  it('its text, that meets the claim of the resend, either calls it off or finds it under way, twenty times over', async () => {
    for (let round = 0; round < 20; round++) {
      const { chatId } = await absent();
      const [claim] = await Promise.all([bench.second.claim(chatId), bench.echo(chatId, { remoteId: randomUUID(), text: 'uno' })]);
      expect(await bench.messages(chatId)).toMatchObject([{ state: 'accepted', attempts: claim ? 2 : 1, remoteId: expect.any(String) }]);
    }
  });
});

describe('what is no duplicate', () => {
  it('is the same text of the flow when ours was sent once, a part of a text that was cut, and a copy that stands for its neighbour', async () => {
    const { chatId } = await bench.chat();
    const runId = await bench.queue(chatId, ['Ok!', 'Ok!']);
    const { messages } = await bench.first.claimed(chatId);
    const [one, two] = messages.map((message) => payloadOf(runId, message));
    const [r1, r2] = [randomUUID(), randomUUID()];
    await bench.echo(chatId, { remoteId: r1, text: 'Ok!' });
    await bench.echo(chatId, { remoteId: r2, text: 'Ok!' });
    for (const [remoteId, clientPayload] of [[r1, two!], [r2, one!]] as const) await bench.echo(chatId, { remoteId, clientPayload, text: 'Ok!' });
    await bench.echo(chatId, { remoteId: randomUUID(), clientPayload: one!, text: 'O' });
    expect(await bench.echo(chatId, { remoteId: randomUUID(), text: 'Ok!' })).toBe(false);
    expect([await copies(chatId), (await bench.messages(chatId)).map(({ remoteId }) => remoteId)]).toEqual([0, [r1, r2]]);
  });
});

describe('a listing that shows both copies', () => {
  it('confirms the message by one and counts the other', async () => {
    const { chatId, remote } = await absent();
    bench.twin.faults.next('send-messages', { kind: 'status', status: 500, when: 'after' });
    await work(chatId);
    const [copy] = bench.twin.sent(remote).slice(-1);
    const line = (id: string): object => ({ id, creationTime: new Date().toISOString(), from: 'bot', content: { type: 'text', text: 'uno' } });
    bench.twin.faults.next('list-messages', { kind: 'garbage', when: 'before', status: 200, contentType: 'application/json', body: JSON.stringify({ items: [line('FIRST-' + chatId), line(copy!.messageId)] }) });
    await bench.pass(chatId, doubtMs);
    await work(chatId);
    expect([await copies(chatId), await bench.messages(chatId)]).toMatchObject([1, [{ state: 'accepted', confirmedBy: 'lookup', remoteId: 'FIRST-' + chatId }]]);
  });
});

describe('the watch over the echoes', () => {
  it('raises what it sees: a duplicate, an echo that came late, and that none comes at all; and takes it back', async () => {
    const alarms = new Alarms(bench.first.metrics);
    const watch = new EchoWatch(new Role('worker'), bench.first.echoes, alarms, new OutboxConfig(doubtMs, 1000, 0));
    await bench.prisma.messageCopy.deleteMany();
    await bench.prisma.message.updateMany({ data: { sendingAt: new Date(), confirmedAt: null, confirmedBy: null, acceptedAt: null, resentAt: null } });
    await watch.look();
    expect(Object.keys(alarms.raised())).toEqual([]);

    const { chatId } = await bench.chat();
    await bench.queue(chatId, Array.from({ length: 20 }, (_, index) => `texto ${index}`));
    await work(chatId);
    await watch.look();
    expect(Object.keys(alarms.raised())).toEqual([]);
    await bench.pass(chatId, doubtMs + 1000);
    // Echoes that wait unread are not echoes that stay away.
    const { id } = await bench.prisma.envelope.create({ data: { door: 'webhook', body: Buffer.from('{}'), correlationId: chatId, receivedAt: new Date(Date.now() - doubtMs) } });
    await watch.look();
    expect(Object.keys(alarms.raised())).toEqual([]);
    await bench.prisma.envelope.delete({ where: { id } });
    await watch.look();
    expect(Object.keys(alarms.raised())).toEqual(['echo-blind']);

    await bench.echo(chatId, { remoteId: randomUUID(), text: 'texto 3' });
    await bench.prisma.messageCopy.create({ data: { remoteId: randomUUID(), messageId: (await bench.messages(chatId))[0]!.id } });
    await watch.look();
    expect(Object.keys(alarms.raised()).sort()).toEqual(['doubt-too-short', 'duplicate-detected']);
    expect(await bench.first.echoes.read()).toMatchObject({ accepted: 20, echoedBy: { text: 1 } });
  });
});
