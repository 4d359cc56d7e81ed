import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { heldTurn } from '../../../test/support/held-turn.js';
import { TurnBench, type TurnWorker } from '../../../test/support/turn-bench.js';
import { until } from '../../../test/support/until.js';
import { AppError } from '../../platform/index.js';
import type { AgentTool } from './agent-tool.js';
import { useTool, type Used } from './use-tool.js';

type ClaimedTurn = Awaited<ReturnType<TurnBench['held']>>;

let bench: TurnBench;
beforeAll(async () => {
  bench = await TurnBench.start();
});
afterAll(() => bench.stop());

const schema = z.object({ order: z.string(), note: z.string().optional() });

/** A tool that counts how often it was really run. */
class Cancellation implements AgentTool<typeof schema> {
  readonly name = 'cancel_order';
  readonly description = 'Cancela un pedido.';
  readonly schema = schema;
  readonly hasEffect = true;
  readonly timeoutMs = 100;
  readonly keys: string[] = [];

  constructor(private readonly work: () => Promise<string> = async () => 'cancelado') {}

  async run(_: z.output<typeof schema>, { idempotencyKey }: { idempotencyKey: string }): Promise<{ text: string }> {
    this.keys.push(idempotencyKey);
    return { text: await this.work() };
  }
}

const input = (turn: ClaimedTurn) => ({ runId: turn.runId, chatId: turn.chatId, platform: null, customerName: null, line: null, language: 'es' as const, timeZone: 'UTC', isOpen: null, variables: {}, history: [], effects: [], mail: [], now: new Date(0) });
const use = (worker: TurnWorker, turn: ClaimedTurn, tool: AgentTool, args: Record<string, unknown> = { order: 'P1' }): Promise<Used> => {
  const hold = heldTurn({ effects: worker.ledger.of(turn) });
  return useTool({ index: 0, tool, args }, input(turn), hold, hold.signal);
};
const effects = (runId: string) => bench.prisma.effect.findMany({ where: { runId } });
const takenOver = async (turn: ClaimedTurn): Promise<ClaimedTurn> => {
  await bench.endLease(turn.runId);
  return (await bench.second.claim(turn.runId))!;
};
const hanging = (): Promise<string> => new Promise(() => undefined);

describe('a tool with an effect', () => {
  it('is used once for the same arguments within a turn, in whatever order they stand, and answers the same again', async () => {
    const turn = await bench.held();
    const tool = new Cancellation();
    expect(await use(bench.first, turn, tool, { order: 'P1', note: 'x' })).toMatchObject({ answer: { text: 'cancelado' }, outcome: 'done' });
    expect(await use(bench.first, turn, tool, { note: 'x', order: 'P1' })).toMatchObject({ answer: { text: 'cancelado' }, outcome: 'kept' });
    await use(bench.first, turn, tool, { order: 'P2' });
    expect(tool.keys).toHaveLength(2);
    expect(new Set(tool.keys).size).toBe(2);
    expect(await bench.log(turn.runId)).toEqual(['effect.begun', 'effect.done', 'effect.kept', 'effect.begun', 'effect.done']);
  });

  it('that was used by a try which then died is not used again: its answer is given again', async () => {
    const turn = await bench.held();
    const tool = new Cancellation();
    await use(bench.first, turn, tool);
    expect(await use(bench.second, await takenOver(turn), tool)).toMatchObject({ answer: { text: 'cancelado' }, outcome: 'kept' });
    expect(tool.keys).toHaveLength(1);
  });

  it('whose worker was gone in the middle is not used again: the model is told that nobody knows, and so is the log', async () => {
    const turn = await bench.held();
    let finish = (_: string): void => undefined;
    const tool = Object.assign(new Cancellation(() => new Promise((done) => (finish = done))), { timeoutMs: 60_000 });
    const frozen = use(bench.first, turn, tool).catch((error: unknown) => error);
    await until(() => tool.keys.length === 1, 'the tool to be used');
    const next = await takenOver(turn);
    expect(await use(bench.second, next, tool)).toMatchObject({ answer: { text: expect.stringMatching(/^No se sabe si llegó a hacerse/) }, outcome: 'unknown' });
    expect(await use(bench.second, next, tool)).toMatchObject({ outcome: 'unknown' });
    expect(tool.keys).toHaveLength(1);
    // The first worker wakes, and may write nothing.
    finish('cancelado');
    expect(await frozen).toMatchObject({ code: 'turn.lease-lost' });
    expect(await effects(turn.runId)).toMatchObject([{ state: 'unknown', code: 'turn.effect-cut-off', result: null }]);
    expect(await bench.log(turn.runId)).toEqual(['effect.begun', 'effect.unknown']);
  });

  it.each([
    ['surely did nothing', () => Promise.reject(new AppError('not-found', 'orders.unknown', 'secreto')), 'failed', 'orders.unknown'],
    ['says that nobody knows', () => Promise.reject(new AppError('outcome-unknown', 'orders.no-answer', 'secreto')), 'unknown', 'orders.no-answer'],
    ['throws anything else', () => Promise.reject(new Error('secreto')), 'unknown', 'agent.tool-failed'],
    ['takes too long', hanging, 'unknown', 'agent.tool-timeout'],
  ] as const)('that %s is told to the model without a word of the error', async (_, work, state, code) => {
    const turn = await bench.held();
    const tool = new Cancellation(work);
    const used = await use(bench.first, turn, tool);
    expect(used).toMatchObject({ outcome: state });
    expect(used.answer.text).not.toContain('secreto');
    expect(await effects(turn.runId)).toMatchObject([{ state, code, result: null }]);
    // What surely did nothing may be tried again, and nothing else.
    await use(bench.first, turn, tool);
    expect(tool.keys).toHaveLength(state === 'failed' ? 2 : 1);
  });

  it('keeps what it answered no longer than its turn, and never its arguments', async () => {
    const turn = await bench.held();
    await use(bench.first, turn, new Cancellation(async () => 'el pedido de Ana\u0000 \ud83d'), { order: 'canario-de-argumento' });
    expect(JSON.stringify(await effects(turn.runId))).not.toContain('canario');
    expect((await effects(turn.runId))[0]?.result).toBe('el pedido de Ana �');
    await bench.first.tx((tx) => bench.first.turns.end(tx, turn, { state: 'finished', outcome: 'answered' }));
    expect(await effects(turn.runId)).toMatchObject([{ state: 'done', result: null }]);
  });
});

describe('a tool without an effect', () => {
  it('is used as often as it is asked for, and written down nowhere', async () => {
    const turn = await bench.held();
    const tool = Object.assign(new Cancellation(), { hasEffect: false });
    await use(bench.first, turn, tool);
    await use(bench.first, turn, tool);
    expect(tool.keys).toHaveLength(2);
    expect(await effects(turn.runId)).toEqual([]);
  });

  it('that answers with a book is cut to what a model reads', async () => {
    const turn = await bench.held();
    const used = await use(bench.first, turn, Object.assign(new Cancellation(async () => 'a'.repeat(100_000)), { hasEffect: false }));
    expect(used.answer.text.length).toBeLessThan(8100);
    expect(used.answer.text).toMatch(/\[recortado\]$/);
  });
});
