import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Alarms } from '../../src/platform/index.js';
import type { BotmakerTwin } from '../../src/sandbox/twin/index.js';
import { Sweep, SweepWatch } from '../../src/sweep/index.js';
import { startApp, type RunningApp } from '../support/running-app.js';
import { until } from '../support/until.js';

const behindMs = 90_000;
const everyMs = 3_600_000;
const patient = { SEND_TIMEOUT_MS: '10000', SEND_DOUBT_MS: '20000' };

jest.setTimeout(120_000);

/** The largest number of answered calls within any second of Botmaker's clock. */
function mostInASecond(twin: BotmakerTwin, operation: string): number {
  const times = twin.calls.filter((call) => call.operation === operation).map(({ at }) => at.getTime());
  return Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + 1000).length));
}

describe('an outage of the webhook', () => {
  let running: RunningApp;
  let twinNow = (): Date => new Date(Date.now() - behindMs);

  const start = async (): Promise<Sweep> => {
    twinNow = () => new Date(Date.now() - behindMs);
    running = await startApp({ twin: { now: () => twinNow(), flow: { handoffOrder: 'variables-before' } }, env: { SWEEP_EVERY_MS: String(everyMs), ...patient } });
    return running.app.get(Sweep);
  };
  afterEach(() => running.stop());

  const platformHistory = (): string[] => running.twin.chats().flatMap(({ messages }) => messages.filter(({ from }) => from === 'user').map(({ id }) => id)).sort();
  const inbox = async (): Promise<(string | null)[]> => (await running.prisma.event.findMany({ where: { author: 'customer' } })).map(({ remoteId }) => remoteId).sort();
  const answersOf = (chatId: string): number => running.twin.sent(chatId).filter(({ origin }) => origin === 'api').length;

  it('loses nothing: afterwards the inbox is the platform’s history, nobody is answered twice, and no limit is touched', async () => {
    const sweep = await start();
    const contacts = Array.from({ length: 15 }, (_, index) => `549115${4_000_000 + index}`);
    running.twin.dropWebhooks(true);
    for (const contactId of contacts) running.twin.customerWrites({ contactId }, { text: '¿Hacen envíos a Córdoba?' });
    for (const contactId of contacts.slice(0, 5)) running.twin.customerWrites({ contactId }, { text: '¿y a Rosario?' });
    running.twin.dropWebhooks(false);

    // The ticking sweep of the program and this one share the work: what is found is found once.
    await sweep.sweep();
    await until(async () => (await inbox()).join() === platformHistory().join(), 'the inbox to be the platform’s history', 120_000);
    await until(() => running.twin.chats().every(({ chatId }) => answersOf(chatId) >= 1), 'every customer to be answered', 240_000);
    await until(async () => (await running.prisma.turn.count({ where: { state: { in: ['queued', 'running'] } } })) === 0, 'every turn to end', 60_000);
    const turns = await running.prisma.turn.count({ where: { state: 'finished' } });
    await until(() => running.twin.chats().reduce((sum, { chatId }) => sum + answersOf(chatId), 0) === turns, 'one answer a turn', 30_000);
    // Two messages of one customer are one turn, or two when the first was read before the second was found.
    expect(turns).toBeGreaterThanOrEqual(contacts.length);
    expect(turns).toBeLessThanOrEqual(contacts.length + 5);
    expect(running.twin.calls.filter(({ status }) => status === 429)).toEqual([]);
    expect(mostInASecond(running.twin, 'list-messages')).toBeLessThanOrEqual(5);
    expect(mostInASecond(running.twin, 'list-search-chats')).toBeLessThanOrEqual(3);
    expect(running.twin.violations).toEqual([]);

    await running.app.get(SweepWatch).look();
    expect(running.app.get(Alarms).raised()).toHaveProperty('webhook-lost-messages');
    await running.prisma.$executeRaw`ALTER TABLE entry DISABLE TRIGGER USER`;
    await running.prisma.$executeRaw`UPDATE entry SET at = at - interval '4 hours' WHERE type = 'sweep.found'`;
    await running.app.get(SweepWatch).look();
    expect(running.app.get(Alarms).raised()).not.toHaveProperty('webhook-lost-messages');
  }, 600_000);

  it('is looked at to the end by whoever is left: a look that ended in the middle passes nothing over', async () => {
    const sweep = await start();
    running.twin.dropWebhooks(true);
    const ids = ['5491150009001', '5491150009002', '5491150009003'].map((contactId) => running.twin.customerWrites({ contactId }, { text: '¿precio?' }).messageId).sort();
    running.twin.dropWebhooks(false);
    // The process dies after the listing, and one chat was in its hands.
    running.twin.faults.next('list-messages', { kind: 'silence', when: 'before' });
    void sweep.sweep().catch(() => undefined);
    await until(async () => (await running.prisma.sweepChat.count({ where: { attempts: { gt: 0 } } })) > 0, 'a chat to be in its hands');
    const second = await startApp({ beside: running, env: { SWEEP_EVERY_MS: String(everyMs), ...patient } });
    try {
      await running.app.close();
      await second.prisma.$executeRaw`UPDATE sweep_chat SET next_at = clock_timestamp()`;
      await until(async () => (await second.prisma.event.count({ where: { remoteId: { in: ids } } })) === ids.length, 'all to be found', 60_000);
      await until(async () => (await second.prisma.sweepChat.count()) === 0, 'nothing to be left', 60_000);
    } finally {
      await second.app.close();
    }
  }, 180_000);

  describe('that the sweep can’t see', () => {
    const alarms = async (): Promise<Record<string, string>> => {
      await running.app.get(SweepWatch).look();
      return running.app.get(Alarms).raised();
    };
    const blindness = async (): Promise<unknown> => {
      const report = await running.api<{ details: Record<string, { status: string; blindness: string | null }> }>('/health');
      return report.body.details['sweep'];
    };

    it('is an alarm when Botmaker lists none of the chats that write to us, and the mark stays where it was', async () => {
      const sweep = await start();
      twinNow = () => new Date(Date.now() - 10 * 60_000);
      const { chatId } = running.twin.customerWrites('5491150009010', '¿precio?');
      await until(() => running.prisma.conversation.findFirst({ where: { chat: { botmakerChatId: chatId }, lastCustomerAt: { not: null } } }), 'the webhook');
      await until(async () => (await running.prisma.sweepMark.findUnique({ where: { id: 1 } }))?.completedAt, 'a first look');
      const before = await running.prisma.sweepMark.findUnique({ where: { id: 1 } });
      running.twin.faults.next('list-search-chats', { kind: 'garbage', status: 200, body: '{"items":[]}', contentType: 'application/json' });
      expect(await sweep.sweep()).toBe(0);
      expect(await alarms()).toHaveProperty('sweep-blind');
      expect(await blindness()).toMatchObject({ status: 'degraded', blindness: 'no-chats' });
      expect((await running.prisma.sweepMark.findUnique({ where: { id: 1 } }))?.sweptUntil).toEqual(before?.sweptUntil);
    });

    it('is an alarm when what is listed can’t be read: such items are counted, not passed over', async () => {
      const sweep = await start();
      running.twin.faults.next('list-search-chats', { kind: 'garbage', status: 200, body: '{"items":[{"chat":{"id":"renamed"}}]}', contentType: 'application/json' });
      await until(async () => {
        await sweep.sweep();
        return (await running.prisma.sweepMark.findUnique({ where: { id: 1 } }))?.blindReason;
      }, 'the sweep to notice');
      expect(await alarms()).toHaveProperty('sweep-blind');
      expect(await blindness()).toMatchObject({ blindness: 'unreadable' });
    });

    it('is an alarm when messages can’t be read, and they are asked for again', async () => {
      const sweep = await start();
      await until(async () => (await running.prisma.sweepMark.findUnique({ where: { id: 1 } }))?.completedAt, 'a first look');
      running.twin.dropWebhooks(true);
      const { messageId } = running.twin.customerWrites('5491150009011', '¿precio?');
      running.twin.dropWebhooks(false);
      running.twin.faults.next('list-messages', { kind: 'garbage', status: 200, body: '{"items":[{"_id":"X","creationTime":"yesterday","from":"user"}]}', contentType: 'application/json' });
      await sweep.sweep();
      await until(async () => 'sweep-blind' in (await alarms()), 'the alarm');
      await running.prisma.$executeRaw`UPDATE sweep_chat SET next_at = clock_timestamp()`;
      await until(() => running.prisma.event.findFirst({ where: { remoteId: messageId } }), 'the message to be found', 60_000);
    });
  });
});
