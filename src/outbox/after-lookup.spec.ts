import { describe, expect, it } from '@jest/globals';
import { afterLookup, type Settlement, type Sight } from './after-lookup.js';
import type { OpenMessage } from './open-message.js';

const doubtMs = 60_000;
const intent = { kind: 'intent', intentIdOrName: 'VOLVER', variables: { external_handoff: 'false' } } as const;
const held: OpenMessage = {
  id: 'a', runId: 'run', part: 0, correlationId: 'c', outgoing: { kind: 'text', text: 'Ok!' }, state: 'sending', attempts: 1, epoch: 1, plannedMs: doubtMs, dueInMs: -1, sendingMs: doubtMs,
  leaseInMs: null, doubtInMs: -1, lookups: 0, failedLooks: 0, mayHaveBeenSent: true, wasResent: false, isHumans: false, isWindowClosed: false, canReopen: true, isAgents: true, hasNewerMail: false, isEffectTold: false,
};
const twice = { lookups: 1, sendingMs: 1.5 * doubtMs } as const;
const after = (sight: Sight, facts: Partial<OpenMessage> = {}, isEchoBlind = false): Settlement => afterLookup({ ...held, ...facts }, sight, { doubtMs, isEchoBlind });

describe('a look for a message in doubt', () => {
  it('never has a template sent again: a customer who is asked twice is pursued', () => {
    const template = { ...intent, variables: {}, purpose: 'template' } as const;
    expect(after('absent', { ...twice, outgoing: template, isAgents: false })).toEqual({ kind: 'unknown', reason: 'no-echo' });
  });

  it('that finds it ends the doubt, whatever else is the case', () => {
    for (const facts of [{}, twice, { ...twice, wasResent: true, isHumans: true }]) expect(after('there', facts, true)).toEqual({ kind: 'confirmed' });
  });

  it('that finds nothing is followed by a second one, half a doubt later, however late the first was', () => {
    expect(after('absent')).toEqual({ kind: 'look-again', inMs: 0.5 * doubtMs, saw: 'absent' });
    expect(after('absent', { sendingMs: 1.4 * doubtMs })).toEqual({ kind: 'look-again', inMs: 0.5 * doubtMs, saw: 'absent' });
  });

  it('that fails is no proof: it is tried again, and when all fail for long a person looks', () => {
    expect(after('failed')).toEqual({ kind: 'look-again', inMs: doubtMs / 6, saw: 'failed' });
    expect(after('failed', { ...twice, failedLooks: 10 })).toMatchObject({ kind: 'look-again', saw: 'failed' });
    expect(after('failed', { ...twice, failedLooks: 11 })).toEqual({ kind: 'unknown', reason: 'look-up-failed' });
  });

  it('that fails for the first time is no end however old the send is: nobody may have been there to look', () => {
    expect(after('failed', { sendingMs: 20 * doubtMs })).toMatchObject({ kind: 'look-again', saw: 'failed' });
  });

  it('that fails is not tried again at once where the doubt is short: a lost token takes twenty seconds', () => {
    expect(afterLookup(held, 'failed', { doubtMs: 3000, isEchoBlind: false })).toEqual({ kind: 'look-again', inMs: 2000, saw: 'failed' });
  });
});

describe('a message that two looks proved absent', () => {
  it('is sent once more, and only once', () => {
    expect(after('absent', twice)).toEqual({ kind: 'resend' });
    expect(after('absent', { ...twice, wasResent: true })).toEqual({ kind: 'unknown', reason: 'no-echo' });
  });

  it.each<[string, Partial<OpenMessage>, string]>([
    ['the customer wrote again', { hasNewerMail: true }, 'superseded'],
    ['a person has the chat', { isHumans: true }, 'owned-by-human'],
    ['it is too old', { plannedMs: 5 * 60_000 + 1 }, 'too-old'],
    ['the window is closed', { isWindowClosed: true }, 'window-closed'],
  ])('expires when %s', (_why, facts, reason) => expect(after('absent', { ...twice, ...facts })).toEqual({ kind: 'expired', reason }));

  it('is not sent again while no echo ever comes: one of the two proofs is worth nothing', () => {
    expect(after('absent', twice, true)).toEqual({ kind: 'unknown', reason: 'echo-blind' });
    expect(after('absent', { ...twice, hasNewerMail: true }, true)).toEqual({ kind: 'unknown', reason: 'echo-blind' });
  });

  it('and is an intent is triggered once more, also without echoes: twice has the effect of once, and not at all leaves a chat to nobody', () => {
    expect(after('absent', { ...twice, outgoing: intent, isAgents: false }, true)).toEqual({ kind: 'resend' });
    expect(after('absent', { ...twice, outgoing: intent, isAgents: true })).toEqual({ kind: 'expired', reason: 'superseded' });
  });
});
