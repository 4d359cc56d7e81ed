import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Sweep } from '../../src/sweep/index.js';
import { startApp, type RunningApp } from '../support/running-app.js';
import { until } from '../support/until.js';

/** The sweep leaves young messages alone: their webhook may be under way. So this Botmaker's clock is a minute and a half behind. */
const behindMs = 90_000;

describe('the sweep, when webhooks are lost', () => {
  let running: RunningApp;
  let sweep: Sweep;

  beforeAll(async () => {
    running = await startApp({ twin: { now: () => new Date(Date.now() - behindMs), rateLimits: 'off' } });
    sweep = running.app.get(Sweep);
  });
  afterAll(() => running.stop());
  afterEach(() => expect(running.twin.violations).toEqual([]));

  /** A customer whose chat the flow has handed over, and who has his first answer. */
  const attended = async (contactId: string): Promise<{ contactId: string; chatId: string; id: string }> => {
    const { chatId } = running.twin.customerWrites({ contactId }, { text: '¿Hacen envíos a Córdoba?' });
    const { id } = await until(() => running.prisma.chat.findUnique({ where: { botmakerChatId: chatId } }), 'the chat');
    await answered(id, 1);
    return { contactId, chatId, id };
  };
  const lost = (contactId: string, text: string): string => {
    running.twin.dropWebhooks(true);
    const { messageId } = running.twin.customerWrites({ contactId }, { text });
    running.twin.dropWebhooks(false);
    return messageId;
  };
  const answered = async (id: string, count: number): Promise<void> => {
    await until(async () => (await running.prisma.turn.count({ where: { chatId: id, state: 'finished', outcome: 'answered' } })) >= count, `answer ${count}`, 15_000);
    await until(async () => (await running.prisma.message.count({ where: { chatId: id, state: { not: 'read' } } })) === 0, 'the customer to read it', 15_000);
  };
  const linesTo = (chatId: string): number => running.twin.sent(chatId).length;

  it('finds nothing when nothing was lost', async () => {
    await attended('5491150001001');
    expect(await sweep.sweep()).toBe(0);
  });

  it('finds the message, marks it as found late, and has it answered once', async () => {
    const ana = await attended('5491150001002');
    const before = linesTo(ana.chatId);
    const messageId = lost(ana.contactId, '¿Y cuánto tarda a Rosario?');

    expect(await sweep.sweep()).toBe(1);
    await answered(ana.id, 2);
    expect(await running.prisma.event.findMany({ where: { remoteId: messageId } })).toMatchObject([{ backfill: true, state: 'read', text: '¿Y cuánto tarda a Rosario?' }]);
    expect(await running.prisma.entry.findMany({ where: { chatId: ana.id, type: 'sweep.found' } })).toMatchObject([{ detail: { count: 1 } }]);
    const story = await running.prisma.entry.findMany({ where: { chatId: ana.id, type: 'inbox.accepted', detail: { path: ['door'], equals: 'sweep' } } });
    expect(story).toHaveLength(1);
    expect(linesTo(ana.chatId)).toBe(before + 1);

    expect(await sweep.sweep()).toBe(0);
  });

  it('tells the webhook that comes after all for a duplicate: no second answer', async () => {
    const ana = await attended('5491150001003');
    const messageId = lost(ana.contactId, '¿Tienen local en Mendoza?');
    expect(await sweep.sweep()).toBe(1);
    await answered(ana.id, 2);
    const lines = linesTo(ana.chatId);

    const late = running.twin.webhookAttempts.find(({ outcome, body }) => outcome === 'dropped' && JSON.stringify(body).includes(messageId));
    expect((await running.post(late?.body ?? {})).status).toBe(200);
    await until(() => running.prisma.entry.findFirst({ where: { chatId: ana.id, type: 'inbox.duplicate' } }), 'the duplicate');
    await until(async () => (await running.prisma.event.count({ where: { state: 'received' } })) === 0, 'everything to be sorted');
    expect(await running.prisma.event.count({ where: { remoteId: messageId } })).toBe(1);
    expect(await running.prisma.turn.count({ where: { chatId: ana.id } })).toBe(2);
    expect(linesTo(ana.chatId)).toBe(lines);
  });

  it('sees the hand-off that was lost with the message: the customer of a muted chat is not left in silence', async () => {
    const messageId = lost('5491150001010', '¿Hacen envíos a Salta?');
    expect(await sweep.sweep()).toBe(1);
    const { chatId } = await until(() => running.prisma.event.findFirst({ where: { remoteId: messageId, chatId: { not: null } } }), 'the event');
    await answered(chatId ?? '', 1);
    expect(await running.prisma.conversation.findUnique({ where: { chatId: chatId ?? '' } })).toMatchObject({ owner: 'agent' });
  });

  it('stays silent in a chat that an operator has taken: the variable that rides along is old', async () => {
    const ana = await attended('5491150001011');
    running.twin.operatorTakes(ana.chatId);
    running.twin.operatorWrites(ana.chatId, 'Hola, te atiendo yo.');
    await until(async () => (await running.prisma.conversation.findUnique({ where: { chatId: ana.id } }))?.owner === 'human', 'the operator');
    const messageId = lost(ana.contactId, '¿precio?');
    expect(await sweep.sweep()).toBe(1);
    await until(() => running.prisma.event.findFirst({ where: { remoteId: messageId, state: 'ignored', reason: 'owned-by-human' } }), 'the message to be set aside');
  });

  it('reads two lost messages as one turn, in the order in which they were written', async () => {
    const ana = await attended('5491150001004');
    const ids = [lost(ana.contactId, 'hola de nuevo'), lost(ana.contactId, '¿qué medios de pago tienen?')];
    expect(await sweep.sweep()).toBe(2);
    await answered(ana.id, 2);
    const events = await running.prisma.event.findMany({ where: { remoteId: { in: ids } }, orderBy: [{ occurredAt: 'asc' }, { id: 'asc' }] });
    expect(events.map(({ remoteId }) => remoteId)).toEqual(ids);
    expect(new Set(events.map(({ runId }) => runId)).size).toBe(1);
  });

  it('keeps what kind of message it was: a photo found late is a photo', async () => {
    const ana = await attended('5491150001005');
    running.twin.dropWebhooks(true);
    const { messageId } = running.twin.customerWrites({ contactId: ana.contactId }, { text: 'mi pedido', image: 'https://storage.example.com/foto.jpg' });
    running.twin.dropWebhooks(false);
    expect(await sweep.sweep()).toBe(1);
    const event = await until(() => running.prisma.event.findFirst({ where: { remoteId: messageId } }), 'the event');
    expect(event.content).toMatchObject({ media: [{ kind: 'image', url: 'https://storage.example.com/foto.jpg' }] });
  });

  it('finds a message that was lost before one that arrived, when it looks into the chat again', async () => {
    const ana = await attended('5491150001006');
    const first = lost(ana.contactId, 'mi pedido es el 1234');
    running.twin.customerWrites({ contactId: ana.contactId }, { text: '¿hola?' });
    await answered(ana.id, 2);
    const third = lost(ana.contactId, '¿siguen ahí?');
    expect(await sweep.sweep()).toBe(2);
    await until(async () => (await running.prisma.event.count({ where: { remoteId: { in: [first, third] }, state: 'read' } })) === 2, 'both to be read');
  });

  it('finds it also in a chat that does not differ: one loss has every chat looked into that was active meanwhile', async () => {
    const [ana, beto] = [await attended('5491150001012'), await attended('5491150001013')];
    const hidden = lost(ana.contactId, 'mi pedido es el 4321');
    running.twin.customerWrites({ contactId: ana.contactId }, { text: '¿hola?' });
    await answered(ana.id, 2);
    expect(await sweep.sweep()).toBe(0);
    lost(beto.contactId, '¿precio?');

    expect(await sweep.sweep()).toBe(2);
    await answered(ana.id, 3);
    await until(() => running.prisma.entry.findFirst({ where: { chatId: ana.id, type: 'mail.late', detail: { path: ['backfill'], equals: true } } }), 'the late message to be flagged');
    expect(await running.prisma.event.findFirst({ where: { remoteId: hidden } })).toMatchObject({ backfill: true, state: 'read' });
    expect(linesTo(ana.chatId)).toBe(4);
  });

  it('is not stopped by a chat that can’t be read: the others are found, and that one is looked into again', async () => {
    const [ana, beto] = [await attended('5491150001007'), await attended('5491150001008')];
    const ids = [lost(ana.contactId, '¿precio?'), lost(beto.contactId, '¿precio?')];
    running.twin.faults.next('list-messages', { kind: 'status', status: 400, when: 'before' });
    expect(await sweep.sweep()).toBe(2);
    await until(async () => (await running.prisma.event.count({ where: { remoteId: { in: ids } } })) === 2, 'both events');
    expect(await sweep.sweep()).toBe(0);
  });

  it('says so when Botmaker can’t be asked at all, and looks at the same time again', async () => {
    const ana = await attended('5491150001009');
    lost(ana.contactId, '¿precio?');
    running.twin.faults.next('list-search-chats', { kind: 'status', status: 400, when: 'before' });
    await expect(sweep.sweep()).rejects.toMatchObject({ code: 'botmaker.rejected' });
    expect(await sweep.sweep()).toBe(1);
  });
});
