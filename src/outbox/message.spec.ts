import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { mayBecome, messageIdIn, messageStates, payloadOf, statesBefore, type MessageState } from './message.js';

/** How far a message has come, for the states that Botmaker tells of. */
const rank: Partial<Record<MessageState, number>> = { sending: 0, accepted: 1, sent: 2, delivered: 3, read: 4 };

describe('the life of a message', () => {
  it('reaches every state from planned', () => {
    const reached = new Set<MessageState>(['planned']);
    for (const state of reached) for (const next of mayBecome[state]) reached.add(next);
    expect([...reached].sort()).toEqual([...messageStates].sort());
  });

  it('only goes forward in what Botmaker tells: no state leads to one before it, or to itself', () => {
    for (const state of messageStates) {
      expect(mayBecome[state]).not.toContain(state);
      for (const next of mayBecome[state]) {
        const [here, there] = [rank[state], rank[next]];
        if (here !== undefined && there !== undefined) expect(`${state} → ${next}: ${there > here}`).toBe(`${state} → ${next}: true`);
      }
    }
  });

  it('never goes back to a send by itself once Botmaker may have it: only a person plans it again', () => {
    expect(statesBefore('sending')).toEqual(['planned', 'retrying']);
    expect(statesBefore('retrying')).toEqual(['sending']);
    expect(statesBefore('planned')).toEqual(['held', 'expired', 'dead', 'unknown']);
    for (const state of ['accepted', 'sent', 'delivered', 'read'] as const) {
      for (const back of ['planned', 'retrying', 'sending', 'expired'] as const) expect(mayBecome[state]).not.toContain(back);
    }
  });

  it('is held again only before a customer has it: the platform has told that it refused it', () => {
    expect(statesBefore('held')).toEqual(['planned', 'sending', 'accepted', 'sent', 'retrying']);
  });

  it('is unknown after a doubt, or when a code block took it and no echo ever showed it', () => {
    expect(statesBefore('unknown')).toEqual(['sending', 'accepted']);
  });

  it('ends: what was read stays read', () => {
    expect(mayBecome.read).toEqual([]);
  });

  it('can be told by a status that is skipped: delivered may come without sent', () => {
    for (const next of ['sent', 'delivered', 'read'] as const) expect(statesBefore(next)).toEqual(expect.arrayContaining(['sending', 'accepted', 'unknown']));
    expect(statesBefore('delivered')).toContain('sent');
    expect(statesBefore('read')).toEqual(expect.arrayContaining(['sent', 'delivered']));
  });

  it('can be told by Botmaker wherever an attempt in doubt may have left it, and nowhere else', () => {
    const told = messageStates.filter((state) => mayBecome[state].includes('accepted'));
    expect(told).toEqual(['planned', 'sending', 'retrying', 'expired', 'unknown']);
    for (const next of ['sent', 'delivered', 'read'] as const) for (const state of told) expect(mayBecome[state]).toContain(next);
    expect(mayBecome.held).toEqual(['planned', 'expired', 'dead']);
  });
});

describe('the payload that travels with a message', () => {
  const runId = randomUUID();
  const id = randomUUID();

  it('comes back as the message’s id', () => {
    const payload = payloadOf(runId, { id, part: 2 });
    expect(messageIdIn(payload)).toBe(id);
    expect(JSON.parse(payload)).toEqual({ v: 1, runId, message: id, part: 2 });
  });

  it('is a compact string: the contract wants a string and the tenant pays for length', () => {
    const payload = payloadOf(runId, { id, part: 0 });
    expect(payload).not.toMatch(/\s/);
    expect(payload.length).toBeLessThan(150);
  });

  it.each([
    ['nothing', null],
    ['an empty text', ''],
    ['another integration’s text', 'order-77'],
    ['another integration’s JSON', '{"id":456}'],
    ['a later version', JSON.stringify({ v: 2, message: id })],
    ['no version', JSON.stringify({ message: id })],
    ['an id that is none', JSON.stringify({ v: 1, message: 'x' })],
    ['an id that is a number', JSON.stringify({ v: 1, message: 7 })],
    ['an id with SQL in it', JSON.stringify({ v: 1, message: "'; drop table message; --aaaaaaaaaaaa" })],
    ['an id of the right length that is no UUID', JSON.stringify({ v: 1, message: '-'.repeat(36) })],
    ['a list', '[]'],
    ['half a JSON', `{"v":1,"message":"${id}"`],
    ['JSON inside JSON', JSON.stringify(JSON.stringify({ v: 1, message: id }))],
  ])('is not ours when it is %s', (_what, payload) => {
    expect(messageIdIn(payload)).toBeNull();
  });
});
