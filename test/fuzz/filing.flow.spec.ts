import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from 'nestjs-pino';
import { captureLog } from '../support/captured-log.js';
import { noteEvidence, tally } from '../support/evidence.js';
import { finishedTurn, startApp, type RunningApp } from '../support/running-app.js';
import { until } from '../support/until.js';
import { postAll } from '../support/webhook-hose.js';
import { generated } from './generated.js';
import { inMessage, jsonCases } from './json-cases.js';
import { naughty } from './naughty.js';
import { differences, isIn, prototypes, telling } from './stored.js';
import { bodiesWith, templates } from './text-fields.js';

/** With FUZZ=full every naughty text goes through the database in every field; else each in all texts at once, and in one more group of fields. */
const isFull = process.env['FUZZ'] === 'full';

function naughtyBodies(): Buffer[] {
  const all = templates();
  if (isFull) return bodiesWith(naughty, all);
  const [fullest, ...others] = [...all].sort((a, b) => Number(b.group === 'text') - Number(a.group === 'text') || b.fields.length - a.fields.length);
  return [...bodiesWith(naughty, fullest ? [fullest] : []), ...naughty.flatMap((text, n) => bodiesWith([text, ...naughty], [others[n % others.length] ?? all[0]!]).slice(0, 1))];
}

/** The whole program, jobs and all, on what is hard to parse, to store and to sort. */
describe('whatever arrives, filed', () => {
  let running: RunningApp;
  let log: { text(): string };
  const untouched = prototypes();
  const sent = [...jsonCases, ...(isFull ? jsonCases.map(inMessage) : [])].map(({ body }) => body).concat(naughtyBodies(), generated(isFull ? 20_000 : 400, 7));

  beforeAll(async () => {
    // A variable that no text names: nobody is handed over by accident.
    running = await startApp({ env: { HANDOFF_VARIABLE: 'derivar_al_agente' } });
    log = captureLog();
  }, 120_000);
  afterAll(() => running.stop(), 90_000);

  it('gets 200, is kept byte for byte, and becomes an event, or a second telling of one', async () => {
    const startedAt = performance.now();
    expect(tally(await postAll(running.address, running.twin.webhookToken, sent))).toEqual({ 200: sent.length });
    const patience = 60_000 + sent.length * 60;
    await until(async () => (await running.prisma.envelope.count({ where: { readAt: null } })) === 0, 'every body to be read', patience);
    await until(async () => (await running.prisma.event.count({ where: { state: 'received' } })) === 0, 'every event to be sorted', patience);
    const ms = Math.round(performance.now() - startedAt);

    expect(await differences(running, sent)).toEqual({ missing: [], foreign: 0 });
    const untold = await running.prisma.$queryRaw<{ id: bigint }[]>`
      SELECT id FROM envelope WHERE NOT EXISTS (SELECT FROM event WHERE envelope_id = envelope.id)
        AND NOT EXISTS (SELECT FROM entry WHERE correlation_id = envelope.correlation_id AND type LIKE 'inbox.%')`;
    expect(untold).toEqual([]);
    const states = await running.prisma.event.groupBy({ by: ['state', 'reason'], _count: true });
    noteEvidence('filed', { bodies: sent.length, full: isFull, ms, events: Object.fromEntries(states.map(({ state, reason, _count }) => [`${state} ${reason ?? ''}`.trim(), _count])), chats: await running.prisma.chat.count() });
    expect(states.filter(({ reason }) => reason === 'reader-failed')).toEqual([]);
  }, 120_000 + sent.length * 200);

  it('leaves the program as it was: the next customer is answered', async () => {
    const contact = { contactId: '5491150004242' };
    const { chatId, messageId } = running.twin.customerWrites(contact, { text: '¿Hacen envíos a Córdoba?' });
    await running.post({
      v: '1.1', type: 'message', chatPlatform: 'whatsapp', chatChannelId: running.twin.channelId, ...contact, customerId: chatId, variables: { derivar_al_agente: 'true' },
      messages: [{ _id_: messageId, date: new Date().toISOString(), from: 'user', message: '¿Hacen envíos a Córdoba?' }],
    });
    await finishedTurn(running);
    await until(() => running.twin.sent(chatId).some(({ origin }) => origin === 'api'), 'the answer', 30_000);
  }, 60_000);

  it('changes no object of the program, and is in no line of its log', () => {
    expect(prototypes()).toBe(untouched);
    running.app.get(Logger).log('the log is captured');
    expect(log.text()).toContain('the log is captured');
    expect(telling(naughty).filter((text) => isIn(log.text(), text))).toEqual([]);
  });
});
