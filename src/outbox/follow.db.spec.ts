import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OutboxBench } from '../../test/support/outbox-bench.js';
import type { MessageStatus } from '../botmaker/index.js';
import { payloadOf, type Claim } from './message.js';

let bench: OutboxBench;
beforeAll(async () => {
  bench = await OutboxBench.start();
});
afterAll(() => bench.stop());

const id = (): string => randomUUID();

const sending: OutboxBench['sending'] = (texts, notificationId) => bench.sending(texts, notificationId);
const accept = (claim: Claim, notificationId: string): Promise<void> => bench.first.outcomes.record(claim, { kind: 'accepted', httpStatus: 202, notificationId, ms: 1 });
const remotes = async (chatId: string): Promise<(string | null)[]> => (await bench.messages(chatId)).map(({ remoteId }) => remoteId);

describe('an echo', () => {
  it('is known by our payload before anything else', async () => {
    const { chatId, claim } = await sending(['Ok', 'Ok'], 'N1');
    const [, second] = claim.messages;
    const [one, two] = [id(), id()];
    await bench.echo(chatId, { remoteId: two, txId: 'N1', text: 'Ok', clientPayload: payloadOf(claim.runId, second!) });
    await bench.echo(chatId, { remoteId: one, txId: 'N1', text: 'Ok' });
    expect(await remotes(chatId)).toEqual([one, two]);
  });

  it('of a call with several parts is told apart by the text, also when the parts come in another order', async () => {
    const notification = id();
    const { chatId } = await sending(['uno', 'dos', 'tres'], notification);
    const ids = { tres: id(), uno: id(), dos: id() };
    for (const [text, remoteId] of Object.entries(ids)) expect(await bench.echo(chatId, { remoteId, txId: notification, text })).toBe(true);
    expect(await remotes(chatId)).toEqual([ids.uno, ids.dos, ids.tres]);
  });

  it('is known by the text where the account gives back nothing of ours, whatever white space and Unicode form it has', async () => {
    const { chatId } = await sending(['Son  *2* días.\nÁrbol 🙂']);
    expect(await bench.echo(chatId, { remoteId: id(), text: ' Son *2* días. A\u0301rbol 🙂' })).toBe(true);
    expect(await bench.states(chatId)).toEqual(['accepted']);
  });

  it('of one of twenty equal texts confirms one of them, each remote message once', async () => {
    const { chatId } = await sending(Array.from({ length: 20 }, () => 'Ok!'));
    const ids = Array.from({ length: 20 }, id);
    for (const remoteId of ids) expect(await bench.echo(chatId, { remoteId, text: 'Ok!' })).toBe(true);
    expect(await remotes(chatId)).toEqual(ids);
    expect(await bench.echo(chatId, { remoteId: id(), text: 'Ok!' })).toBe(false);
    expect(await bench.states(chatId)).toEqual(Array.from({ length: 20 }, () => 'accepted'));
  });

  it('that is told twice changes nothing the second time, and takes no other message', async () => {
    const { chatId } = await sending(['Ok!', 'Ok!']);
    const remoteId = id();
    expect(await bench.echo(chatId, { remoteId, text: 'Ok!' })).toBe(true);
    expect(await bench.echo(chatId, { remoteId, text: 'Ok!' })).toBe(true);
    expect(await remotes(chatId)).toEqual([remoteId, null]);
  });

  it('is known by the id that a status told before, even though the text is another message’s too', async () => {
    const notification = id();
    const { chatId } = await sending(['Ok!'], notification);
    const remoteId = id();
    await bench.status(chatId, { status: 'sent', remoteId, txId: notification });
    await bench.queue(chatId, ['Ok!']);
    await bench.first.claimed(chatId);
    expect(await bench.echo(chatId, { remoteId, text: 'Ok!' })).toBe(true);
    expect(await remotes(chatId)).toEqual([remoteId, null]);
    expect(await bench.states(chatId)).toEqual(['sent', 'sending']);
  });

  it('with an id that another message has already got leaves both as they are', async () => {
    const remoteId = id();
    const first = await sending(['uno']);
    await bench.echo(first.chatId, { remoteId, text: 'uno' });
    const second = await sending(['dos']);
    expect(await bench.echo(second.chatId, { remoteId, clientPayload: payloadOf(second.claim.runId, second.claim.messages[0]!) })).toBe(true);
    expect([await remotes(first.chatId), await remotes(second.chatId)]).toEqual([[remoteId], [null]]);
    expect(await bench.states(second.chatId)).toEqual(['accepted']);
  });

  it.each([
    ['another text', { text: 'Te paso con nuestro asistente.' }],
    ['no text', {}],
    ['a payload of another integration', { text: 'x', clientPayload: '{"order":7}' }],
    ['a payload of ours that names nothing', { text: 'x', clientPayload: payloadOf(id(), { id: id(), part: 0 }) }],
    ['an id of another call', { text: 'x', txId: 'unknown' }],
  ])('with %s is not ours: the flow spoke', async (_what, event) => {
    const { chatId } = await sending(['uno'], id());
    expect(await bench.echo(chatId, { remoteId: id(), ...event })).toBe(false);
    expect(await bench.messages(chatId)).toMatchObject([{ state: 'accepted', remoteId: null, confirmedAt: null }]);
  });

  it('does not find a message of another chat, of long ago, or one that was never sent', async () => {
    const other = await sending(['mismo texto']);
    const { chatId } = await bench.chat();
    await bench.queue(chatId, ['mismo texto']);
    expect(await bench.echo(chatId, { remoteId: id(), text: 'mismo texto' })).toBe(false);
    await bench.first.claimed(chatId);
    await bench.prisma.message.updateMany({ where: { chatId }, data: { sendingAt: new Date(Date.now() - 31 * 60_000) } });
    expect(await bench.echo(chatId, { remoteId: id(), text: 'mismo texto' })).toBe(false);
    expect(await remotes(other.chatId)).toEqual([null]);
  });

  it('settles a doubt, clears its reason and wakes the chat at once', async () => {
    const { chatId, claim } = await sending(['quizás']);
    await bench.first.outcomes.record(claim, { kind: 'in-doubt', code: 'botmaker.outcome-unknown', httpStatus: 500, holdMs: 60_000 });
    await bench.queue(chatId, ['después']);
    await bench.sleepAll();
    await bench.echo(chatId, { remoteId: id(), text: 'quizás' });
    expect(await bench.messages(chatId)).toMatchObject([{ state: 'accepted', reason: null, doubtUntil: null }, { state: 'planned' }]);
    expect(await bench.woken(chatId)).toEqual([chatId]);
  });

  it.each(['unknown', 'retrying', 'expired'])('that comes after the doubt was over still tells the truth of a message that is %s by now', async (state) => {
    const { chatId } = await sending(['quizás']);
    const now = new Date();
    await bench.prisma.message.updateMany({ where: { chatId }, data: { state, doubtedAt: now, reason: 'no-echo' } });
    await bench.echo(chatId, { remoteId: id(), text: 'quizás' });
    expect(await bench.messages(chatId)).toMatchObject([{ state: 'accepted', reason: null, confirmedBy: 'text' }]);
    expect(await bench.second.claim(chatId)).toBeNull();
  });

  it.each(['retrying', 'expired', 'dead'])('does not make the flow’s words ours when the message is %s and surely was not sent', async (state) => {
    const { chatId } = await sending(['Ok!']);
    await bench.prisma.message.updateMany({ where: { chatId }, data: { state } });
    expect(await bench.echo(chatId, { remoteId: id(), text: 'Ok!' })).toBe(false);
    expect(await bench.states(chatId)).toEqual([state]);
  });
});

describe('a status that says that the window had closed', () => {
  it.each<[string, boolean, boolean, boolean]>([
    ['its echo had come before', true, false, true],
    ['its echo comes after', false, true, true],
    ['it names no message, and the echo comes after', false, true, false],
  ])('parks the message, and of the copy that was refused nothing counts any more: %s', async (_what, isEchoedBefore, isEchoedAfter, isNamed) => {
    const [notification, refused, said] = [id(), id(), id()];
    const { chatId, claim } = await sending(['uno'], notification);
    const clientPayload = payloadOf(claim.runId, claim.messages[0]!);
    const echo = (remoteId: string): Promise<boolean> => bench.echo(chatId, { remoteId, text: 'uno', clientPayload });
    if (isEchoedBefore) await echo(refused);
    await bench.status(chatId, { status: 'failed', remoteId: isNamed ? refused : null, txId: notification, error: { text: null, code: '131047' } });
    if (isEchoedAfter) await echo(refused);
    expect(await bench.messages(chatId)).toMatchObject([{ state: 'held', reason: 'window-closed', remoteId: null, confirmedAt: null }]);

    await bench.first.database.inTransaction((tx) => bench.first.parked.release(tx, chatId));
    await accept(await bench.first.claimed(chatId), id());
    await echo(refused);
    expect(await bench.messages(chatId)).toMatchObject([{ state: 'accepted', remoteId: null, confirmedAt: null }]);
    await echo(said);
    expect(await bench.messages(chatId)).toMatchObject([{ state: 'accepted', remoteId: said }]);
    expect(await bench.prisma.messageCopy.count({ where: { message: { chatId } } })).toBe(0);
  });
});

describe('statuses', () => {
  const orders: [MessageStatus[], string][] = [
    [['sent', 'delivered', 'read'], 'read'],
    [['read', 'delivered', 'sent'], 'read'],
    [['delivered', 'delivered', 'sent', 'delivered'], 'delivered'],
    [['read', 'failed'], 'read'],
    [['sent', 'failed', 'delivered'], 'dead'],
    [['failed', 'failed'], 'dead'],
    [['failed', 'sent', 'read'], 'dead'],
  ];

  it.each(orders)('%j move the message forward only, to %s', async (statuses, state) => {
    const notification = id();
    const { chatId } = await sending(['uno'], notification);
    for (const status of statuses) await bench.status(chatId, { status, remoteId: `R-${chatId}`, txId: notification, error: status === 'failed' ? { text: null, code: '131026' } : null });
    expect(await bench.messages(chatId)).toMatchObject([{ state, remoteId: `R-${chatId}`, reason: state === 'dead' ? 'platform.131026' : null }]);
    const moves = (await bench.log(chatId)).filter((type) => type.startsWith('message.'));
    expect(moves).toEqual([...new Set(moves)]);
  });

  it('of many messages that are told together move each as if it were told alone, whether by its id or by our payload', async () => {
    const chats = await Promise.all(orders.flatMap((order) => [order, order]).map(async ([statuses, state], index) => {
      const { chatId, claim } = await sending(['uno'], id());
      const remoteId = id();
      await bench.echo(chatId, { remoteId, text: 'uno' });
      const webhookPayload = index % 2 === 0 ? null : payloadOf(claim.runId, claim.messages[0]!);
      return { chatId, statuses, state, told: { chatId, remoteId, webhookPayload } };
    }));
    const doubted = await sending(['uno']);
    await bench.first.outcomes.record(doubted.claim, { kind: 'in-doubt', code: 'botmaker.outcome-unknown', httpStatus: null, holdMs: 60_000 });
    const early = { chatId: doubted.chatId, remoteId: id(), status: 'sent' as const };
    const proof = { chatId: doubted.chatId, remoteId: id(), status: 'delivered' as const, webhookPayload: payloadOf(doubted.claim.runId, doubted.claim.messages[0]!) };
    const rounds = [0, 1, 2, 3].flatMap((round) => chats.flatMap(({ statuses, told }) => statuses.slice(round, round + 1).map((status) => ({ ...told, status, error: status === 'failed' ? { text: null, code: '131026' } : null }))));

    await bench.statuses([early, ...rounds, proof]);

    for (const { chatId, statuses, state } of chats) {
      expect([statuses, await bench.messages(chatId)]).toMatchObject([statuses, [{ state, reason: state === 'dead' ? 'platform.131026' : null }]]);
      const moves = (await bench.log(chatId)).filter((type) => /^message\.(sent|delivered|read|failed)$/.test(type));
      expect(moves).toEqual([...new Set(moves)]);
      expect(moves.at(-1)).toBe(state === 'dead' ? 'message.failed' : `message.${state}`);
    }
    expect(await bench.messages(doubted.chatId)).toMatchObject([{ state: 'delivered', doubtUntil: null }]);
    expect(await bench.prisma.earlyStatus.count({ where: { remoteId: early.remoteId } })).toBe(1);
  });

  it.each(orders.slice(0, 3))('%j that came before the echo are kept and applied in the order of time', async (statuses, state) => {
    const { chatId } = await sending(['uno'], null);
    const remoteId = id();
    for (const status of statuses) await bench.status(chatId, { status, remoteId, txId: 'foreign' });
    expect(await bench.states(chatId)).toEqual(['accepted']);
    await bench.echo(chatId, { remoteId, text: 'uno' });
    expect(await bench.states(chatId)).toEqual([state]);
    expect(await bench.prisma.earlyStatus.count({ where: { remoteId } })).toBe(0);
  });

  it('that came before the send’s own answer are applied when it comes, although no echo ever does', async () => {
    const { chatId, claim } = await sending(['uno']);
    const [remoteId, notification] = [id(), id()];
    for (const status of ['sent', 'delivered'] as const) await bench.status(chatId, { status, remoteId, txId: notification });
    expect(await bench.states(chatId)).toEqual(['sending']);
    await accept(claim, notification);
    expect(await bench.messages(chatId)).toMatchObject([{ state: 'delivered', remoteId }]);
  });

  it('find the first message where the account answers with that one’s id', async () => {
    const { chatId, claim } = await sending(['uno', 'dos']);
    const [first, second] = [id(), id()];
    await bench.status(chatId, { status: 'sent', remoteId: first, txId: 'foreign' });
    await accept(claim, first);
    await bench.status(chatId, { status: 'delivered', remoteId: first, txId: 'foreign' });
    await bench.status(chatId, { status: 'delivered', remoteId: second, txId: 'foreign' });
    expect(await bench.states(chatId)).toEqual(['delivered', 'accepted']);
    await bench.echo(chatId, { remoteId: second, text: 'dos' });
    expect(await bench.states(chatId)).toEqual(['delivered', 'delivered']);
  });

  it('of a call with several parts wait for the echoes that tell the parts apart', async () => {
    const notification = id();
    const { chatId } = await sending(['uno', 'dos'], notification);
    const [first, second] = [id(), id()];
    await bench.status(chatId, { status: 'read', remoteId: second, txId: notification });
    expect(await bench.states(chatId)).toEqual(['accepted', 'accepted']);
    await bench.echo(chatId, { remoteId: first, txId: notification, text: 'uno' });
    await bench.echo(chatId, { remoteId: second, txId: notification, text: 'dos' });
    expect(await bench.states(chatId)).toEqual(['accepted', 'read']);
  });

  it('prove that a message in doubt was sent, and wake the chat', async () => {
    const { chatId, claim } = await sending(['uno']);
    await bench.first.outcomes.record(claim, { kind: 'in-doubt', code: 'botmaker.outcome-unknown', httpStatus: null, holdMs: 60_000 });
    await bench.sleepAll();
    await bench.status(chatId, { status: 'delivered', remoteId: id(), webhookPayload: payloadOf(claim.runId, claim.messages[0]!) });
    expect(await bench.messages(chatId)).toMatchObject([{ state: 'delivered', reason: null, doubtUntil: null }]);
    expect(await bench.woken(chatId)).toEqual([chatId]);
  });

  it('of messages that are not ours touch nothing, and are kept once each', async () => {
    const { chatId } = await sending(['uno'], id());
    const remoteId = id();
    for (const status of ['sent', 'sent', 'delivered', 'sent'] as const) await bench.status(chatId, { status, remoteId, txId: id() });
    expect(await bench.states(chatId)).toEqual(['accepted']);
    expect(await bench.prisma.earlyStatus.count({ where: { remoteId } })).toBe(2);
  });

  it('with a payload that is nobody’s do no harm', async () => {
    const { chatId } = await sending(['uno'], id());
    for (const webhookPayload of ['', '{', '{"v":1,"message":"------------------------------------"}', payloadOf(id(), { id: id(), part: 0 })]) {
      await bench.status(chatId, { status: 'read', remoteId: id(), webhookPayload });
    }
    expect(await bench.states(chatId)).toEqual(['accepted']);
  });
});
