import { Injectable, Module } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { Tool, type AgentTool, type ToolAnswer, type ToolContext } from '../../src/agent/index.js';
import { OrderService } from '../support/order-service.js';
import { TwoWorkers } from '../support/two-workers.js';
import { until } from '../support/until.js';

const orders = new OrderService();
const schema = z.object({ order: z.string().max(20).describe('Número del pedido.') });

async function cancel({ order }: z.output<typeof schema>, { signal, idempotencyKey }: ToolContext): Promise<ToolAnswer> {
  const response = await fetch(`${orders.address}/${order}`, { method: 'POST', signal, headers: { 'idempotency-key': idempotencyKey } });
  return { text: await response.text() };
}

@Injectable()
@Tool()
class CancelOrderTool implements AgentTool<typeof schema> {
  readonly name = 'cancel_order';
  readonly description = 'Cancela un pedido del cliente.';
  readonly schema = schema;
  readonly hasEffect = true;
  readonly run = cancel;
}

/** The same, without a word to the ledger: what the ledger is for. */
@Injectable()
@Tool()
class CarelessTool implements AgentTool<typeof schema> {
  readonly name = 'careless_cancel';
  readonly description = 'Cancela un pedido del cliente.';
  readonly schema = schema;
  readonly hasEffect = false;
  readonly run = cancel;
}

@Module({ providers: [CancelOrderTool, CarelessTool] })
class OrderTools {}

describe('a tool that changes something outside', () => {
  let workers: TwoWorkers;
  beforeAll(async () => {
    await orders.listen();
    workers = await TwoWorkers.start({ extensions: [OrderTools] });
  }, 60_000);
  afterAll(async () => {
    await workers.stop();
    await orders.close();
  });
  beforeEach(() => {
    workers.model.reset();
    orders.reset();
  });

  const wants = (name: string) => ({ toolCalls: [{ name, arguments: { order: 'P123' } }] });
  const toldLast = (): string => workers.model.requests.at(-1)?.body.messages.at(-1)?.content ?? '';

  it('is offered to the model, used once, and its answer read; the log tells it without a word of the customer', async () => {
    workers.model.script(wants('cancel_order'), { text: 'Listo, lo cancelé.' });
    const chat = workers.ask('cancelá el pedido P123');
    expect(await workers.said(chat)).toEqual(['Listo, lo cancelé.']);
    expect(workers.model.requests[0]?.body.tools?.map(({ function: { name } }) => name)).toContain('cancel_order');
    expect(toldLast()).toBe('cancelado');
    const { runId } = await workers.turnIn(chat, 'finished');
    expect(orders.cancelled).toEqual([{ order: '/P123', key: expect.stringMatching(new RegExp(`^${runId}-cancel_order-[0-9a-f]{16}$`)) }]);
    expect((await workers.log(runId)).filter((type) => type.startsWith('effect.'))).toEqual(['effect.begun', 'effect.done']);
    expect((await workers.entries(runId, 'agent.step')).map(({ detail }) => (detail as { tools: string[] }).tools)).toContainEqual(['cancel_order done']);
    expect(JSON.stringify(await workers.app.prisma.entry.findMany({ where: { runId }, select: { detail: true } }))).not.toContain('P123');
  });

  it('whose worker is gone after it happened and before that was known, is not repeated: the model hears that nobody knows', async () => {
    orders.isMute = true;
    workers.model.script(wants('cancel_order'), { toolCalls: [{ name: 'hand_to_human', arguments: { why: 'no se sabe', farewell: 'Te lo confirma una persona.' } }] });
    const chat = workers.ask('cancelá el pedido P123');
    await until(() => orders.cancelled.length === 1, 'the order to be cancelled', 20_000);
    const { runId } = await workers.turnIn(chat, 'running');
    await workers.loseWorker(runId);
    expect(await workers.said(chat)).toEqual(['Te lo confirma una persona.']);
    expect(orders.cancelled).toHaveLength(1);
    expect(workers.model.requests).toHaveLength(2);
    expect(toldLast()).toMatch(/^No se sabe si llegó a hacerse/);
    expect((await workers.log(runId)).filter((type) => type.startsWith('effect.'))).toEqual(['effect.begun', 'effect.unknown']);
    expect(await workers.app.prisma.effect.findMany({ where: { runId } })).toMatchObject([{ state: 'unknown', tool: 'cancel_order' }]);
  });

  it('is not repeated either when nothing was kept of the turn and the model asks for it anew', async () => {
    workers.model.script(wants('cancel_order'), { text: '', stallMs: Infinity }, wants('cancel_order'), { text: 'Ya estaba cancelado.' });
    const chat = workers.ask('cancelá el pedido P123');
    await workers.asked(2);
    const { runId } = await workers.turnIn(chat, 'running');
    await workers.app.prisma.$executeRaw`DELETE FROM langgraph.checkpoints WHERE thread_id = ${runId}`;
    await workers.loseWorker(runId);
    expect(await workers.said(chat)).toEqual(['Ya estaba cancelado.']);
    expect(orders.cancelled).toHaveLength(1);
    expect(toldLast()).toBe('cancelado');
    expect((await workers.log(runId)).filter((type) => type.startsWith('effect.'))).toEqual(['effect.begun', 'effect.done', 'effect.kept']);
  });

  it('happens twice where the ledger is left out (so the two stories above can fail)', async () => {
    orders.isMute = true;
    workers.model.script(wants('careless_cancel'), { text: 'Dos veces.' });
    const chat = workers.ask('cancelá el pedido P123');
    await until(() => orders.cancelled.length === 1, 'the order to be cancelled', 20_000);
    orders.isMute = false;
    await workers.loseWorker((await workers.turnIn(chat, 'running')).runId);
    expect(await workers.said(chat)).toEqual(['Dos veces.']);
    expect(orders.cancelled).toHaveLength(2);
  });
});
