import { Injectable, Module } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { Tool, type AgentTool, type ToolAnswer, type ToolContext } from '../../src/agent/index.js';
import { mostRestarts } from '../../src/conversation/double-texting.js';
import { channelsFile } from '../support/channels-file.js';
import { OrderService } from '../support/order-service.js';
import { TwoWorkers } from '../support/two-workers.js';
import { until } from '../support/until.js';

const orders = new OrderService();
const schema = z.object({ order: z.string().max(20).describe('Número del pedido.') });

@Injectable()
@Tool()
class CancelOrderTool implements AgentTool<typeof schema> {
  readonly name = 'cancel_order';
  readonly description = 'Cancela un pedido del cliente.';
  readonly schema = schema;
  readonly hasEffect = true;

  async run({ order }: z.output<typeof schema>, { signal, idempotencyKey }: ToolContext): Promise<ToolAnswer> {
    const response = await fetch(`${orders.address}/${order}`, { method: 'POST', signal, headers: { 'idempotency-key': idempotencyKey } });
    return { text: await response.text() };
  }
}

@Module({ providers: [CancelOrderTool] })
class OrderTools {}

const line = (number: number): { id: string; platform: 'whatsapp'; number: string; name: string; isActive: boolean } => ({
  id: `acmebot-whatsapp-549115000000${number}`, platform: 'whatsapp', number: `549115000000${number}`, name: `Línea ${number}`, isActive: true,
});
const merging = line(1);
const interrupting = line(2);
const rejecting = line(3);
const patient = line(4);

const busyText = 'Dame un momento, por favor.';
const channels = `
channels:
  - id: ${interrupting.id}
    doubleTexting: interrupt
  - id: "${rejecting.number}"
    doubleTexting: reject
    busyText: ${busyText}
  - id: ${patient.id}
    doubleTexting: enqueue
`;

/* A message that comes while a turn is under way: one line for each policy, and a customer of its own for each story. */
describe('a customer who writes while the agent thinks', () => {
  let workers: TwoWorkers;
  beforeAll(async () => {
    await orders.listen();
    workers = await TwoWorkers.start({ env: { CHANNELS_FILE: channelsFile(channels) }, extensions: [OrderTools], twin: { channels: [merging, interrupting, rejecting, patient] } });
  }, 180_000);
  afterAll(async () => {
    await workers.stop();
    await orders.close();
  });
  beforeEach(() => orders.reset());
  afterEach(async () => {
    const open = { state: { in: ['planned', 'sending', 'retrying'] } };
    await until(async () => (await workers.app.prisma.message.count({ where: open })) === 0, 'everything to be sent');
    expect(workers.app.twin.violations).toEqual([]);
    workers.model.reset();
  });

  const never = { text: 'Nadie lo lee.', stallMs: Infinity };
  const cancels = { toolCalls: [{ name: 'cancel_order', arguments: { order: 'P123' } }] };
  const prompt = (call: number): string => JSON.stringify(workers.model.requests[call - 1]?.body.messages);
  const ends = async (chat: string): Promise<(string | null)[]> => (await workers.turns(chat)).map(({ outcome, reason }) => outcome ?? reason);
  const saidAll = (chat: string, count: number): Promise<string[]> =>
    until(async () => {
      const said = await workers.said(chat);
      return said.length >= count ? said : null;
    }, `${count} message(s)`, 60_000);
  const mail = (chat: string): Promise<{ text: string | null; state: string; reason: string | null; runId: string | null }[]> =>
    workers.app.prisma.event.findMany({ where: { chat: { botmakerChatId: chat }, author: 'customer' }, orderBy: { id: 'asc' } });
  const came = (chat: string, text: string, state: string): Promise<unknown> => until(async () => (await mail(chat)).some((event) => event.text === text && event.state === state), `"${text}" to be ${state}`, 60_000);
  const sorted = (chat: string): Promise<unknown> =>
    until(async () => (await workers.app.prisma.$queryRaw<unknown[]>`SELECT 1 FROM graphile_worker.jobs WHERE task_identifier = 'sort-mail' AND key LIKE ${`%${(await chatId(chat))}%`}`).length === 0, 'nothing to sort');
  const chatId = async (chat: string): Promise<string> => (await workers.app.prisma.chat.findFirstOrThrow({ where: { botmakerChatId: chat } })).id;

  describe('on a line that merges', () => {
    it('gets one answer to everything, and the model is told everything', async () => {
      workers.model.script(never, { text: 'Una sola respuesta.' });
      const chat = workers.ask('quiero saber algo raro.');
      await workers.asked(1);
      workers.writeAgain(chat, 'y otra cosa rara.');
      expect(await workers.said(chat)).toEqual(['Una sola respuesta.']);
      expect(await ends(chat)).toEqual(['merged', 'answered']);
      for (const text of ['quiero saber algo raro.', 'y otra cosa rara.']) expect(prompt(2)).toContain(text);
      const [old, next] = await workers.turns(chat);
      expect((await mail(chat)).map(({ state, runId }) => [state, runId])).toEqual([['read', next?.runId], ['read', next?.runId]]);
      expect(await workers.entries(old!.runId, 'turn.superseded')).toMatchObject([{ reason: 'merged', detail: { into: next?.runId, effects: 0 } }]);
      await until(() => workers.model.requests[0]?.aborted, 'the worker that lost the turn to hang up');
    });

    it('is not answered with what the model said to the first message alone: what was kept of it is forgotten', async () => {
      workers.model.script({ toolCalls: [{ name: 'search_knowledge', arguments: { query: 'envíos' } }] }, never, { text: 'A las dos cosas.' });
      const chat = workers.ask('una consulta con búsqueda.');
      await workers.asked(2);
      const { runId } = await workers.turnIn(chat, 'running');
      expect(await workers.checkpoints(runId)).toBeGreaterThan(0);
      workers.writeAgain(chat, 'y la segunda.');
      expect(await workers.said(chat)).toEqual(['A las dos cosas.']);
      expect(await workers.checkpoints(runId)).toBe(0);
      expect(workers.model.requests[2]?.body.messages.map(({ role }) => role)).not.toContain('tool');
      expect(prompt(3)).toContain('y la segunda.');
    });

    it('waits for a turn whose tool has acted: the act is one, and the turn that did it answers for it', async () => {
      const answer = workers.holdModel();
      workers.model.script(cancels);
      const chat = workers.ask('cancelá mi pedido P123.');
      await workers.asked(2);
      workers.writeAgain(chat, 'y decime el horario.');
      await came(chat, 'y decime el horario.', 'received');
      await sorted(chat);
      answer({ text: 'Listo.' });
      await until(async () => (await ends(chat)).join() === 'answered,answered', 'two answers', 60_000);
      expect(orders.cancelled).toHaveLength(1);
    });

    it('has nothing done twice by an answer that was called back before it went out: what the tool did is known to the next turn', async () => {
      workers.app.twin.faults.next('send-messages', { kind: 'status', status: 429, when: 'before' });
      workers.model.script(cancels, { text: 'No sale.' }, cancels, { text: 'Ya está cancelado.' });
      const chat = workers.ask('cancelá mi pedido P123.');
      await until(async () => (await workers.app.prisma.$executeRaw`UPDATE message SET next_attempt_at = clock_timestamp() + interval '1 hour' WHERE state = 'retrying'`) === 1, 'the answer to wait for a further attempt', 60_000);
      workers.writeAgain(chat, 'y decime si salió bien.');
      expect(await workers.said(chat)).toEqual(['Ya está cancelado.']);
      expect(orders.cancelled).toHaveLength(1);
      expect(prompt(3)).toContain('ya está hecho, y no hay que hacerlo de nuevo: cancel_order');
    });

    it('is merged also when the worker was killed and another has the turn, and then when that of the new turn is killed', async () => {
      workers.model.script(never, never, never, { text: 'Después de todo.' });
      const chat = workers.ask('primero esto raro.');
      await workers.asked(1);
      await workers.loseWorker((await workers.turnIn(chat, 'running')).runId);
      await workers.asked(2);
      workers.writeAgain(chat, 'después esto otro.');
      await workers.asked(3);
      await workers.loseWorker((await workers.turnIn(chat, 'running')).runId);
      expect(await workers.said(chat)).toEqual(['Después de todo.']);
      expect(await ends(chat)).toEqual(['merged', 'answered']);
      for (const text of ['primero esto raro.', 'después esto otro.']) expect(prompt(4)).toContain(text);
    }, 60_000);

    it('is found by the look-out when whoever should begin the new turn is gone', async () => {
      workers.model.script(never, { text: 'Igual respondí.' });
      const chat = workers.ask('una consulta a medias,');
      await workers.asked(1);
      await workers.app.prisma.$executeRawUnsafe(`
        CREATE FUNCTION forget_job() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM graphile_worker._private_jobs WHERE key = 'run-turn:' || new.run_id; RETURN NULL; END $$`);
      await workers.app.prisma.$executeRawUnsafe(`
        CREATE CONSTRAINT TRIGGER forget_job AFTER INSERT ON turn DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (new.restarts > 0) EXECUTE FUNCTION forget_job()`);
      try {
        workers.writeAgain(chat, 'con su final.');
        expect(await workers.said(chat)).toEqual(['Igual respondí.']);
      } finally {
        await workers.app.prisma.$executeRawUnsafe('DROP FUNCTION forget_job CASCADE');
      }
    });

    it('gets an answer all the same when he does not stop writing', async () => {
      const texts = Array.from({ length: mostRestarts + 2 }, (_, n) => `mensaje raro ${n}.`);
      const [first = '', ...more] = texts;
      const answer = workers.holdModel();
      const chat = workers.ask(first);
      for (const [n, text] of more.entries()) {
        await workers.asked(n + 1);
        workers.writeAgain(chat, text);
      }
      await came(chat, texts.at(-1)!, 'received');
      await sorted(chat);
      answer({ text: 'Al fin.' });
      await until(async () => (await ends(chat)).filter((end) => end === 'answered').length === 2, 'two answers', 60_000);
      expect(await ends(chat)).toEqual([...Array.from({ length: mostRestarts }, () => 'merged'), 'answered', 'answered']);
      expect((await mail(chat)).every(({ state, runId }) => state === 'read' && runId !== null)).toBe(true);
    });

    it('is left to the person who takes the chat before the new turn begins: nothing is said', async () => {
      const answer = workers.holdModel();
      const chat = workers.ask('algo raro para una persona.');
      await workers.asked(1);
      workers.writeAgain(chat, 'y más');
      await until(async () => (await ends(chat))[0] === 'merged', 'the turn to be merged');
      workers.app.twin.operatorWrites(chat, 'Te atiendo yo.');
      await until(async () => (await workers.ownerOf(chat)).owner === 'human', 'the chat to be a person’s');
      answer({ text: 'De más.' });
      await until(async () => (await workers.turns(chat)).every(({ state }) => state === 'skipped' || state === 'finished'), 'both turns to end', 60_000);
      await workers.app.twin.settled();
      expect(workers.app.twin.sent(chat).filter(({ origin }) => origin === 'api')).toEqual([]);
      await until(async () => (await mail(chat)).every(({ state, runId }) => state === 'ignored' || runId !== null), 'an outcome of each message');
    });
  });

  describe('on a line that interrupts', () => {
    it('gets an answer to the last message; what came before is history, and says that it was interrupted', async () => {
      workers.model.script(never, { text: 'Sólo lo último.' });
      const chat = workers.ask('quiero lo primero.', interrupting.id);
      await workers.asked(1);
      workers.writeAgain(chat, 'no, mejor lo segundo.');
      expect(await workers.said(chat)).toEqual(['Sólo lo último.']);
      const [old, next] = await workers.turns(chat);
      expect([old, next]).toMatchObject([{ state: 'skipped', reason: 'interrupted' }, { state: 'finished', outcome: 'answered' }]);
      expect((await mail(chat)).map(({ text, runId }) => [text, runId])).toEqual([['quiero lo primero.', old?.runId], ['no, mejor lo segundo.', next?.runId]]);
      expect(prompt(2)).toContain('quiero lo primero.');
    });

    it('is told what a tool has done already, and it is not done again', async () => {
      workers.model.script(cancels, never, cancels, { text: 'Ya estaba cancelado.' });
      const chat = workers.ask('cancelá mi pedido P123.', interrupting.id);
      await workers.asked(2);
      workers.writeAgain(chat, '¿lo cancelaste?');
      expect(await workers.said(chat)).toEqual(['Ya estaba cancelado.']);
      expect(orders.cancelled).toHaveLength(1);
      expect(prompt(3)).toContain('ya está hecho, y no hay que hacerlo de nuevo: cancel_order: cancelado');
      const [old, next] = await workers.turns(chat);
      expect((await workers.log(next!.runId)).filter((type) => type.startsWith('effect.'))).toEqual(['effect.kept']);
      expect(await workers.entries(old!.runId, 'turn.superseded')).toMatchObject([{ reason: 'interrupted', detail: { into: next?.runId, effects: 1 } }]);
    });

    it('would have it done twice, were the effect left behind with the old turn (so that the story above can fail)', async () => {
      workers.model.script(cancels, never);
      const chat = workers.ask('cancelá mi pedido P123.', interrupting.id);
      await workers.asked(2);
      const [old] = await workers.turns(chat);
      await workers.app.prisma.$executeRaw`DELETE FROM effect WHERE run_id = ${old!.runId}::uuid`;
      workers.model.reset();
      workers.model.script(cancels, { text: 'Dos veces.' });
      workers.writeAgain(chat, '¿lo cancelaste?');
      expect(await workers.said(chat)).toEqual(['Dos veces.']);
      expect(orders.cancelled).toHaveLength(2);
    });

    it('does not cut off what a tool is doing: it waits, and both are answered', async () => {
      orders.isMute = true;
      workers.model.script(cancels, { text: 'Cancelado.' }, { text: 'Y el horario.' });
      const chat = workers.ask('cancelá mi pedido P123.', interrupting.id);
      await until(() => orders.cancelled.length === 1, 'the order to be cancelled', 60_000);
      workers.writeAgain(chat, 'decime el horario también.');
      await came(chat, 'decime el horario también.', 'received');
      await sorted(chat);
      orders.speak();
      await until(async () => (await ends(chat)).join() === 'answered,answered', 'two answers', 60_000);
      await until(async () => (await workers.said(chat)).at(-1) === 'Y el horario.', 'the second answer', 60_000);
      expect(orders.cancelled).toHaveLength(1);
    });
  });

  describe('on a line that rejects', () => {
    it('is told once to wait, his messages say why they are not answered, and the first is answered', async () => {
      const answer = workers.holdModel();
      const chat = workers.ask('una cosa rara.', rejecting.id);
      await workers.asked(1);
      workers.writeAgain(chat, 'y otra.');
      await came(chat, 'y otra.', 'ignored');
      workers.writeAgain(chat, 'hola??');
      await came(chat, 'hola??', 'ignored');
      expect(await workers.said(chat)).toEqual([busyText]);
      answer({ text: 'Esta es la respuesta.' });
      expect(await saidAll(chat, 2)).toEqual([busyText, 'Esta es la respuesta.']);
      expect((await mail(chat)).map(({ state, reason }) => [state, reason])).toEqual([['read', null], ['ignored', 'busy'], ['ignored', 'busy']]);
      expect(await ends(chat)).toEqual(['answered', 'busy']);
      expect(workers.model.requests).toHaveLength(1);
      workers.model.script({ text: 'Y después sí.' });
      workers.writeAgain(chat, 'ahora sí te pregunto.');
      expect((await saidAll(chat, 3)).at(-1)).toBe('Y después sí.');
    });
  });

  describe('on a line that puts in line', () => {
    it('gets two answers, one after the other', async () => {
      const answer = workers.holdModel();
      const chat = workers.ask('una consulta rara.', patient.id);
      await workers.asked(1);
      workers.writeAgain(chat, 'y otra cosa más.');
      await came(chat, 'y otra cosa más.', 'received');
      await sorted(chat);
      workers.model.script({ text: 'Segunda respuesta.' });
      answer({ text: 'Primera respuesta.' });
      await until(async () => (await ends(chat)).join() === 'answered,answered', 'two answers', 60_000);
      const decided = await workers.app.prisma.message.findMany({ where: { chat: { botmakerChatId: chat } }, orderBy: { createdAt: 'asc' } });
      expect(decided.map(({ text }) => text)).toEqual(['Primera respuesta.', 'Segunda respuesta.']);
    });
  });
});
