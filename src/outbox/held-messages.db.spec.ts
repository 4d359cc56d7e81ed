import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OutboxBench } from '../../test/support/outbox-bench.js';

let bench: OutboxBench;
beforeAll(async () => {
  bench = await OutboxBench.start(1);
});
afterAll(() => bench.stop());

const intent = { kind: 'intent', intentIdOrName: 'VOLVER_FLUJO', variables: { external_handoff: 'false' } } as const;
const hold = (chatId: string): Promise<void> => bench.first.database.inTransaction((tx) => bench.first.kept.hold(tx, chatId, 'owned-by-human'));
const release = (chatId: string): Promise<void> => bench.first.database.inTransaction((tx) => bench.first.kept.release(tx, chatId));

describe('an answer that is held for a person', () => {
  it('waits, is no work for the sender, and is sent when he lets go and nobody has written', async () => {
    const { chatId } = await bench.chat();
    await bench.queue(chatId, ['uno', 'dos']);
    await hold(chatId);
    expect([await bench.states(chatId), await bench.reasons(chatId)]).toEqual([['held', 'held'], ['owned-by-human', 'owned-by-human']]);
    expect(await bench.first.step(chatId)).toEqual({ do: 'rest' });
    await bench.sleepAll();
    await release(chatId);
    expect([await bench.states(chatId), await bench.reasons(chatId)]).toEqual([['planned', 'planned'], [null, null]]);
    expect(await bench.woken(chatId)).toEqual([chatId]);
    expect(await bench.log(chatId)).toEqual(['outbox.queued', 'outbox.queued', 'message.held', 'message.held', 'message.released', 'message.released']);
  });

  it.each(['customer', 'operator', 'flow'] as const)('no longer fits when the %s has written since', async (author) => {
    const { chatId } = await bench.chat();
    await bench.queue(chatId, ['uno']);
    await hold(chatId);
    await bench.told(chatId, { author });
    await release(chatId);
    expect([await bench.states(chatId), await bench.reasons(chatId)]).toEqual([['expired'], ['superseded']]);
  });

  it('no longer fits when it was held for long, or hands the chat to somebody', async () => {
    const [old, leaving] = [await bench.chat(), await bench.chat()];
    await bench.queue(old.chatId, ['vieja']);
    await bench.queue(leaving.chatId, ['chau', intent]);
    for (const { chatId } of [old, leaving]) await hold(chatId);
    await bench.pass(old.chatId, 11 * 60_000);
    for (const { chatId } of [old, leaving]) await release(chatId);
    expect([await bench.states(old.chatId), await bench.states(leaving.chatId)]).toEqual([['expired'], ['expired', 'expired']]);
  });

  it('is not kept back when a person ordered it to be sent, and not sent again when it may have been', async () => {
    const [ordered, doubtful] = [await bench.chat(), await bench.chat()];
    for (const { chatId } of [ordered, doubtful]) await bench.queue(chatId, ['uno']);
    await bench.prisma.message.updateMany({ where: { chatId: ordered.chatId }, data: { redrivenAt: new Date() } });
    await bench.prisma.message.updateMany({ where: { chatId: doubtful.chatId }, data: { state: 'retrying', doubtedAt: new Date() } });
    for (const { chatId } of [ordered, doubtful]) await hold(chatId);
    expect([await bench.states(ordered.chatId), await bench.states(doubtful.chatId)]).toEqual([['planned'], ['expired']]);
  });

  it('goes when the customer writes again: the newer turn reads its mail', async () => {
    const { chatId } = await bench.chat();
    const runId = await bench.queue(chatId, ['uno']);
    await hold(chatId);
    expect(await bench.first.database.inTransaction((tx) => bench.first.outbox.recallUnsent(tx, chatId))).toEqual([runId]);
    expect([await bench.states(chatId), await bench.reasons(chatId)]).toEqual([['expired'], ['superseded']]);
  });
});

describe('a mute that went out before an answer', () => {
  it('is no answer: when the answer is called back, its mail is read again', async () => {
    const { chatId } = await bench.chat();
    const runId = await bench.queue(chatId, [{ kind: 'intent', intentIdOrName: 'EXT_MUTE', variables: {}, purpose: 'mute' }]);
    await bench.prisma.message.updateMany({ where: { runId }, data: { state: 'accepted' } });
    await bench.first.database.inTransaction((tx) => bench.first.outbox.queue(tx, { runId, chatId, correlationId: runId }, [{ kind: 'text', text: 'uno' }]));
    expect((await bench.messages(chatId)).map(({ part, kind }) => [part, kind])).toEqual([[0, 'intent'], [1, 'text']]);
    expect(await bench.first.database.inTransaction((tx) => bench.first.outbox.recallUnsent(tx, chatId))).toEqual([runId]);
  });

  it('and was refused takes no answer with it', async () => {
    const { chatId } = await bench.chat();
    await bench.owned(chatId, 'agent');
    await bench.queue(chatId, [{ kind: 'intent', intentIdOrName: 'NO_SUCH_INTENT', variables: {}, purpose: 'mute' }, { kind: 'text', text: 'uno' }]);
    await bench.first.handler.handle({ chatId, correlationId: chatId });
    expect(await bench.states(chatId)).toEqual(['dead', 'accepted']);
  });
});
