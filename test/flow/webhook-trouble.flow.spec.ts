import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { finishedTurn, startApp, type RunningApp } from '../support/running-app.js';
import { until } from '../support/until.js';

const ana = '5491150001234';

/** What the webhook does when the database is in trouble, when two replicas get the same, and when the same is told again. */
describe('the webhook in trouble', () => {
  let running: RunningApp;
  let other: RunningApp;
  let admin: pg.Client;

  beforeAll(async () => {
    running = await startApp({ twin: { webhookRetry: { attempts: 1 } } });
    other = await startApp({ beside: running });
    admin = new pg.Client({ connectionString: running.database.url });
    await admin.connect();
  });
  afterAll(async () => {
    await admin.end();
    await other.stop();
    await running.stop();
    // A process that drains may take its whole grace.
  }, 90_000);
  afterEach(() => expect(running.twin.violations).toEqual([]));

  const message = (id: string, more: object = {}, text = 'hola'): object => ({
    v: '1.1', type: 'message', chatPlatform: 'whatsapp', chatChannelId: running.twin.channelId, contactId: ana, customerId: 'K7Q2M9X4T1B8V5N3C6Z0',
    messages: [{ _id_: id, date: new Date().toISOString(), from: 'user', message: text }], ...more,
  });
  const newId = (): string => randomUUID().replaceAll('-', '').slice(0, 20).toUpperCase();
  const eventOf = (remoteId: string) => running.prisma.event.findFirst({ where: { remoteId, kind: 'message' } });
  const allRead = () => until(async () => (await running.prisma.envelope.count({ where: { readAt: null } })) === 0, 'every body to be read', 15_000);

  it('acknowledges after the commit and not before: while the database holds it up, nothing is said', async () => {
    await admin.query('BEGIN');
    await admin.query('LOCK TABLE envelope IN EXCLUSIVE MODE');
    let status: number | null = null;
    const answers = Promise.all([running, running, other].map(async (app) => {
      const response = await app.post(message(newId()));
      status = response.status;
      return response.status;
    }));
    await until(async () => (await admin.query(`SELECT 1 FROM pg_locks JOIN pg_database ON pg_database.oid = database WHERE datname = current_database() AND NOT granted AND mode = 'RowExclusiveLock'`)).rowCount === 2, 'both replicas to wait');
    expect(status).toBeNull();
    await admin.query('COMMIT');
    expect(await answers).toEqual([200, 200, 200]);
    await allRead();
  });

  it('says 200 to what the database refuses, keeps it, and stores it when the database relents', async () => {
    await admin.query(`ALTER TABLE envelope ADD CONSTRAINT nothing_goes CHECK (false) NOT VALID`);
    const ids = [newId(), newId()];
    expect((await Promise.all(ids.map((id) => running.post(message(id))))).map(({ status }) => status)).toEqual([200, 200]);
    expect(await running.prisma.envelope.count({ where: { readAt: null } })).toBe(0);
    const health = (await (await fetch(`${running.address}/health`)).json()) as { details: Record<string, unknown> };
    expect(health.details).toMatchObject({ spool: { status: 'degraded', bodies: 2 }, alarms: { status: 'degraded' } });
    await admin.query(`ALTER TABLE envelope DROP CONSTRAINT nothing_goes`);
    for (const id of ids) await until(() => eventOf(id), 'the event of a body that was kept');

    await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'botmaker-agent ingest' AND datname = current_database()`);
    expect((await running.post(message(newId()))).status).toBe(200);
    await allRead();
  });

  it('stores one event when fifty tellings of it arrive at two replicas at once, and every one gets its 200', async () => {
    for (const id of [newId(), newId()]) {
      const body = message(id);
      const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => (n % 2 ? running : other).post(body)));
      expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
      await allRead();
      const event = await eventOf(id);
      expect(await running.prisma.event.count({ where: { remoteId: id } })).toBe(1);
      const entries = await running.prisma.entry.groupBy({ by: ['type'], where: { eventId: event?.id ?? 0n }, _count: true });
      expect(entries.find(({ type }) => type === 'inbox.accepted')?._count).toBe(1);
    }
  });

  describe('while bodies are being read', () => {
    /** From now on the database refuses events with this text, in this way. */
    const refuseEvents = async (text: string, sqlState: string): Promise<void> => {
      await admin.query(`CREATE OR REPLACE FUNCTION refuse() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'as the test wants' USING ERRCODE = '${sqlState}'; END $$ LANGUAGE plpgsql`);
      await admin.query(`CREATE TRIGGER refuse BEFORE INSERT ON event FOR EACH ROW WHEN (NEW.text = '${text}') EXECUTE FUNCTION refuse()`);
    };
    afterEach(() => admin.query('DROP TRIGGER IF EXISTS refuse ON event'));

    it('sets the one aside that can’t be stored, and files its neighbours', async () => {
      await refuseEvents('veneno', '22P05');
      const [before, poison, after] = [newId(), newId(), newId()];
      await Promise.all([running.post(message(before)), running.post(message(poison, {}, 'veneno')), running.post(message(after))]);
      await allRead();
      const texts = await Promise.all([before, poison, after].map(async (id) => (await eventOf(id))?.text ?? null));
      expect(texts).toEqual(['hola', null, 'hola']);
      const { body } = await running.api('/api/v1/entries?reason=reader-failed');
      expect(body.items).toMatchObject([{ type: 'inbox.quarantined' }]);
    });

    it('blames no body for a database in trouble: it is read when the trouble is over', async () => {
      const quarantined = await running.prisma.event.count({ where: { state: 'quarantined' } });
      await refuseEvents('paciencia', '55P03');
      const id = newId();
      expect((await running.post(message(id, {}, 'paciencia'))).status).toBe(200);
      await until(async () => (await admin.query(`SELECT 1 FROM graphile_worker.jobs WHERE task_identifier = 'read-envelopes' AND last_error IS NOT NULL`)).rowCount, 'a failed try');
      expect(await running.prisma.envelope.count({ where: { readAt: null } })).toBe(1);

      await admin.query('DROP TRIGGER refuse ON event');
      await allRead();
      expect(await eventOf(id)).toMatchObject({ text: 'paciencia' });
      expect(await running.prisma.event.count({ where: { state: 'quarantined' } })).toBe(quarantined);
    });
  });

  describe('when a message is told again', () => {
    const ownerNow = async (chatId: string): Promise<string | undefined> => (await running.prisma.conversation.findUnique({ where: { chatId } }))?.owner;

    it('takes the variables that are new with it for news: the flow has handed over since', async () => {
      const { chatId } = running.twin.customerWrites({ contactId: '5491150007777' }, { text: 'hola' });
      await running.twin.settled();
      const chat = await until(() => running.prisma.chat.findUnique({ where: { botmakerChatId: chatId } }), 'the chat');
      const told = await until(() => running.prisma.event.findFirst({ where: { chatId: chat.id, author: 'customer' } }), 'the message');
      const again = message(told.remoteId ?? '', { contactId: '5491150007777', customerId: chatId, variables: { external_handoff: 'true' } });
      await running.post(again);
      await until(async () => (await ownerNow(chat.id)) === 'agent', 'the hand-over');
      expect((await finishedTurn(running)).chatId).toBe(chat.id);
    });

    it('does not take the chat back from the operator who answered meanwhile, because of variables that are old', async () => {
      const contact = { contactId: '5491150008888' };
      const { chatId, messageId } = running.twin.customerWrites(contact, { text: '¿Hacen envíos?' });
      const chat = await until(() => running.prisma.chat.findUnique({ where: { botmakerChatId: chatId } }), 'the chat');
      await until(async () => (await ownerNow(chat.id)) === 'agent', 'the hand-over');
      const handOver = running.twin.webhookAttempts.find(({ body }) => JSON.stringify(body).includes(messageId) && JSON.stringify(body).includes('external_handoff'));
      expect(handOver).toBeDefined();
      running.twin.operatorTakes(chatId);
      running.twin.operatorWrites(chatId, 'Hola, te atiendo yo.');
      await until(async () => (await ownerNow(chat.id)) === 'human', 'the operator');

      const entries = await running.prisma.entry.count({ where: { type: 'inbox.duplicate', chatId: chat.id } });
      await running.post(handOver?.body ?? {});
      // Told first without its variables, then with them: they are as old as the message.
      const [id, address] = [newId(), { contactId: contact.contactId, customerId: chatId }];
      await running.post(message(id, address));
      await running.post(message(id, { ...address, variables: { external_handoff: 'true' } }));
      await until(async () => (await running.prisma.entry.count({ where: { type: 'inbox.duplicate', chatId: chat.id } })) > entries + 1, 'both duplicates');
      await until(async () => (await running.prisma.event.count({ where: { chatId: chat.id, state: 'received' } })) === 0, 'everything to be sorted');
      expect(await ownerNow(chat.id)).toBe('human');
    });
  });
});
