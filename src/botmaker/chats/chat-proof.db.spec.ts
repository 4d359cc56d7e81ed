import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { OutboxBench } from '../../../test/support/outbox-bench.js';
import type { ChatProof } from './chat-proof.js';

let bench: OutboxBench;
beforeAll(async () => {
  bench = await OutboxBench.start(2);
});
afterAll(() => bench.stop());
afterEach(() => {
  bench.twin.faults.clear();
  expect(bench.twin.violations).toEqual([]);
});

const proofOf = (chatId: string): Promise<ChatProof | null> => bench.first.proofs.of(bench.prisma, chatId);
const state = (agentId: string | null) => ({ agentId, queueId: null, isBotMuted: true, variables: {}, windowClosesAt: null });
/** Slots are shared and rare: a busy machine may find none in time. */
async function looked(chatId: string, worker = bench.first): Promise<ChatProof> {
  for (;;) {
    const proof = await worker.looks.look(chatId, 'send');
    if (proof) return proof;
  }
}

describe('a look at a chat', () => {
  it('sees who has it, whether the bot is muted, and whether it was handed over', async () => {
    const { chatId, remote } = await bench.chat();
    expect(await looked(chatId)).toMatchObject({ isKnown: true, agentId: null, isBotMuted: false, isHandedOver: null, windowClosesAt: expect.any(Date) });
    bench.twin.triggerIntent(remote, 'ASISTENTE');
    bench.twin.operatorTakes(remote);
    expect(await looked(chatId, bench.second)).toMatchObject({ agentId: 'op-1', isBotMuted: true, isHandedOver: true });
    expect((await proofOf(chatId))?.agentId).toBe('op-1');
  });

  it('at one that Botmaker does not know says so', async () => {
    const { chatId } = await bench.chat();
    await bench.prisma.chat.update({ where: { id: chatId }, data: { contactId: `unknown-${chatId}`, botmakerChatId: null } });
    expect(await looked(chatId)).toMatchObject({ isKnown: false, agentId: null, isBotMuted: null, isHandedOver: null });
  });

  it('that Botmaker does not answer, or answers with something else, proves nothing and keeps what was seen before', async () => {
    const { chatId } = await bench.chat();
    await looked(chatId);
    for (const fault of [{ kind: 'status', status: 500, when: 'before' }, { kind: 'garbage', status: 200, body: '{"items":[]}', contentType: 'application/json' }] as const) {
      bench.twin.faults.next('get-chat', fault);
      await bench.prisma.$executeRaw`DELETE FROM rate_bucket`;
      expect(await bench.first.looks.look(chatId, 'send')).toBeNull();
    }
    expect(await proofOf(chatId)).toMatchObject({ isKnown: true });
  });
});

describe('what was seen', () => {
  it.each([
    ['an operator wrote', { author: 'operator' as const }, true],
    ['a variable changed', { variables: { external_handoff: 'true' } }, true],
    ['the customer wrote, with a variable', { author: 'customer' as const, variables: { external_handoff: 'true' } }, true],
    ['the customer wrote', { author: 'customer' as const }, false],
    ['the flow spoke', { author: 'flow' as const }, false],
  ])('counts until a webhook tells of the owner: %s', async (_what, event, isOver) => {
    const { chatId } = await bench.chat();
    await bench.first.proofs.save(chatId, state(null), true, 1000);
    await bench.told(chatId, event);
    expect((await proofOf(chatId)) === null).toBe(isOver);
    await bench.queue(chatId, ['uno']);
    expect(((await bench.first.queues.look(chatId))?.proofAgeMs ?? null) === null).toBe(isOver);
  });

  it('of two looks at once is that of the later one, whichever ends first', async () => {
    const { chatId } = await bench.chat();
    await bench.first.proofs.save(chatId, state('op-2'), true, 100);
    await bench.second.proofs.save(chatId, state(null), true, 5000);
    expect((await proofOf(chatId))?.agentId).toBe('op-2');
  });

  it('counts only when it was asked after what it is to prove', async () => {
    const { chatId } = await bench.chat();
    await bench.first.proofs.save(chatId, state(null), true, 1000);
    const [before, after] = [new Date(Date.now() - 60_000), new Date(Date.now() + 60_000)];
    expect([(await bench.first.proofs.of(bench.prisma, chatId, before)) === null, (await bench.first.proofs.of(bench.prisma, chatId, after)) === null]).toEqual([false, true]);
  });
});
