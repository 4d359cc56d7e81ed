import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OutboxBench } from '../../test/support/outbox-bench.js';
import { payloadOf } from './message.js';

let bench: OutboxBench;
beforeAll(async () => {
  bench = await OutboxBench.start();
});
afterAll(() => bench.stop());

const id = (): string => randomUUID();

const sending: OutboxBench['sending'] = (texts, notificationId) => bench.sending(texts, notificationId);

/* What a batch of bodies tells is dealt with together where it is ordinary; it ends as if each had been told alone. */
describe('an echo', () => {
  it('is confirmed together with others as if it were alone, and what is the flow’s stays the flow’s', async () => {
    const ours = await Promise.all(['uno', 'dos', 'tres'].map((text) => sending([text], id())));
    const payloads = ours.map(({ claim }) => payloadOf(claim.runId, claim.messages[0]!));
    const [doubted, copied, early] = [await sending(['en duda']), await sending(['dos veces'], id()), await sending(['antes'], id())];
    await bench.first.outcomes.record(doubted.claim, { kind: 'in-doubt', code: 'botmaker.outcome-unknown', httpStatus: null, holdMs: 60_000 });
    const stranger = await bench.chat();
    const ids = Array.from({ length: 8 }, id);
    await bench.status(early.chatId, { status: 'read', remoteId: ids[6]!, txId: 'foreign' });
    const echoed = [
      ...ours.map(({ chatId }, n) => ({ chatId, remoteId: ids[n]!, clientPayload: payloads[n]! })),
      { chatId: doubted.chatId, remoteId: ids[3]!, text: 'en duda', clientPayload: payloadOf(doubted.claim.runId, doubted.claim.messages[0]!) },
      { chatId: copied.chatId, remoteId: ids[4]!, text: 'dos veces', clientPayload: payloadOf(copied.claim.runId, copied.claim.messages[0]!) },
      { chatId: copied.chatId, remoteId: ids[5]!, text: 'dos veces', clientPayload: payloadOf(copied.claim.runId, copied.claim.messages[0]!) },
      { chatId: early.chatId, remoteId: ids[6]!, text: 'antes' },
      { chatId: stranger.chatId, remoteId: ids[7]!, text: 'uno' },
      { chatId: early.chatId, remoteId: id(), text: 'otra cosa' },
    ];

    expect(await bench.echoes(echoed)).toEqual([0, 1, 2, 3, 4, 5, 6]);

    for (const [n, { chatId, claim }] of ours.entries()) {
      expect(await bench.messages(chatId)).toMatchObject([{ id: claim.messages[0]!.id, state: 'accepted', remoteId: ids[n], confirmedBy: 'payload' }]);
      expect((await bench.log(chatId)).filter((type) => type === 'message.confirmed')).toHaveLength(1);
    }
    expect(await bench.messages(doubted.chatId)).toMatchObject([{ state: 'accepted', remoteId: ids[3], doubtUntil: null }]);
    expect(await bench.messages(copied.chatId)).toMatchObject([{ remoteId: ids[4] }]);
    expect(await bench.prisma.messageCopy.findMany({ where: { message: { chatId: copied.chatId } }, select: { remoteId: true } })).toEqual([{ remoteId: ids[5] }]);
    expect(await bench.messages(early.chatId)).toMatchObject([{ state: 'read', remoteId: ids[6] }]);
  });

  it('of a message whose id was told by our payload brings the statuses along that came before both', async () => {
    const { chatId, claim } = await sending(['uno'], id());
    const remoteId = id();
    await bench.status(chatId, { status: 'read', remoteId, txId: 'foreign' });
    await bench.status(chatId, { status: 'delivered', remoteId, webhookPayload: payloadOf(claim.runId, claim.messages[0]!) });
    expect(await bench.messages(chatId)).toMatchObject([{ state: 'delivered', remoteId }]);
    expect(await bench.echoes([{ chatId, remoteId, clientPayload: payloadOf(claim.runId, claim.messages[0]!) }])).toEqual([0]);
    expect(await bench.messages(chatId)).toMatchObject([{ state: 'read', remoteId }]);
  });

  it('that is confirmed together with another of the same id leaves the second message without it', async () => {
    const [one, two] = [await sending(['uno'], id()), await sending(['dos'], id())];
    const remoteId = id();
    const echo = ({ chatId, claim }: typeof one): { chatId: string; remoteId: string; clientPayload: string } => ({ chatId, remoteId, clientPayload: payloadOf(claim.runId, claim.messages[0]!) });
    expect(await bench.echoes([echo(one), echo(two)])).toEqual([0, 1]);
    expect([await bench.messages(one.chatId), await bench.messages(two.chatId)]).toMatchObject([[{ remoteId }], [{ remoteId: null }]]);
  });
});

describe('a status', () => {
  it('of what is not ours is kept together with others, and one that another of its batch tells whose it is goes the way of that one', async () => {
    const { chatId, claim } = await sending(['uno'], 'call-1');
    await bench.first.outcomes.record(claim, { kind: 'accepted', httpStatus: 202, notificationId: 'call-1', ms: 1 });
    const [ours, flows, alsoFlows] = [id(), id(), id()];
    await bench.statuses([
      { chatId, status: 'sent', remoteId: flows, txId: null },
      { chatId, status: 'sent', remoteId: ours, txId: 'call-1' },
      { chatId, status: 'delivered', remoteId: ours, txId: null },
      { chatId, status: 'delivered', remoteId: flows, txId: null },
      { chatId, status: 'delivered', remoteId: flows, txId: null },
      { chatId, status: 'read', remoteId: alsoFlows, txId: 'call-of-the-flow' },
      { chatId, status: 'read', remoteId: null, txId: 'call-of-the-flow' },
    ]);
    expect(await bench.messages(chatId)).toMatchObject([{ state: 'delivered', remoteId: ours }]);
    const kept = await bench.prisma.earlyStatus.findMany({ where: { remoteId: { in: [ours, flows, alsoFlows] } }, orderBy: { receivedAt: 'asc' } });
    expect(kept.map(({ remoteId, status, txId }) => [remoteId, status, txId]).sort()).toEqual([[flows, 'delivered', null], [flows, 'sent', null], [alsoFlows, 'read', 'call-of-the-flow']].sort());
  });
});
