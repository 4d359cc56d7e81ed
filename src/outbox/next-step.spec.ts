import { describe, expect, it } from '@jest/globals';
import { nextStep } from './next-step.js';
import type { OpenMessage } from './open-message.js';
import { muteForMs, resendForMs, staleReason } from './stale.js';

const minute = 60_000;
const intent = { kind: 'intent', intentIdOrName: 'VOLVER', variables: { external_handoff: 'false' } } as const;

const message = (id: string, facts: Partial<OpenMessage> = {}): OpenMessage => ({
  id, runId: 'run', part: 0, correlationId: 'c', outgoing: { kind: 'text', text: id }, state: 'planned', attempts: 0, epoch: 0, plannedMs: 100, dueInMs: -1,
  sendingMs: null, leaseInMs: null, doubtInMs: null, lookups: 0, failedLooks: 0, mayHaveBeenSent: false, wasResent: false, isHumans: false, isWindowClosed: false, canReopen: true, isAgents: true,
  hasNewerMail: false, isEffectTold: false, ...facts,
});
const held = { state: 'sending', leaseInMs: 500, sendingMs: 10 } as const;
const doubtful = { state: 'sending', doubtInMs: -1, sendingMs: minute, mayHaveBeenSent: true } as const;
const resend = { state: 'retrying', mayHaveBeenSent: true, wasResent: true, sendingMs: 90_000 } as const;

/** What is done, and to which messages. */
const asked = (...open: OpenMessage[]): unknown[] => {
  const step = nextStep(open);
  return [step.do, ...('messages' in step ? step.messages.map(({ id }) => id) : []), ...('ms' in step ? [step.ms] : []), ...('reason' in step ? [step.reason] : [])];
};

describe('a chat’s queue', () => {
  it('that is empty asks for nothing', () => expect(nextStep([])).toEqual({ do: 'rest' }));

  it('sends the texts of one turn together, in order, and neither its intent nor the next turn with them', () => {
    expect(asked(message('a'), message('b'), message('go', { outgoing: intent }), message('c'))).toEqual(['send', 'a', 'b']);
    expect(asked(message('a'), message('b', { runId: 'other' }))).toEqual(['send', 'a']);
    expect(asked(message('go', { outgoing: intent }), message('a'))).toEqual(['send', 'go']);
  });

  it('leaves out of a call what is not due, is under way or no longer fits', () => {
    expect(asked(message('a'), message('b', { dueInMs: 5 }), message('c'))).toEqual(['send', 'a']);
    expect(asked(message('a'), message('b', held), message('c'))).toEqual(['send', 'a']);
    expect(asked(message('a'), message('b', { ...resend, hasNewerMail: true }))).toEqual(['send', 'a']);
  });

  it('waits for its head: until it is due, until its lease ends, until its doubt is to be looked into', () => {
    expect(asked(message('a', { dueInMs: 70 }), message('b'))).toEqual(['wait', 70]);
    expect(asked(message('a', held), message('b'))).toEqual(['wait', 500]);
    expect(asked(message('a', { ...doubtful, doubtInMs: 30 }), message('b'))).toEqual(['wait', 30]);
  });

  it('holds what a lost worker had in hand, of the same turn', () => {
    const lost = { state: 'sending', leaseInMs: 0 } as const;
    expect(asked(message('a', lost), message('b', lost), message('c', { ...lost, runId: 'other' }), message('d'))).toEqual(['hold', 'a', 'b']);
    expect(asked(message('a', { state: 'sending', leaseInMs: null }))).toEqual(['hold', 'a']);
  });

  it('looks for what was in doubt for long enough, with the other parts of the call', () => {
    expect(asked(message('a', doubtful), message('b', { ...doubtful, doubtInMs: 2 }), message('c', { ...doubtful, doubtInMs: 5 }), message('d'))).toEqual(['look-up', 'a', 'b']);
  });

  it('expires what no longer fits, and goes on with what is behind it', () => {
    expect(asked(message('a', { isHumans: true }), message('b', { isHumans: true }), message('c', { runId: 'other' }))).toEqual(['expire', 'a', 'b', 'owned-by-human']);
    const closed = { isWindowClosed: true, canReopen: false };
    expect(asked(message('a', { ...closed, dueInMs: 900 }), message('go', { outgoing: intent, ...closed }))).toEqual(['expire', 'a', 'window-closed']);
  });

  it('parks what a template can bring the customer to, of the same turn; the intent behind it goes out', () => {
    const closed = { isWindowClosed: true };
    expect(asked(message('a', closed), message('b', closed), message('go', { outgoing: intent, ...closed }), message('c', { ...closed, runId: 'other' }))).toEqual(['park', 'a', 'b']);
    expect(asked(message('a', { ...closed, ...resend }))).toEqual(['expire', 'a', 'window-closed']);
    expect(asked(message('a', { ...closed, isHumans: true }))).toEqual(['expire', 'a', 'owned-by-human']);
  });
});

describe('an answer no longer fits', () => {
  const text = (facts: Partial<OpenMessage>): string | null => staleReason(message('a', facts));

  it.each<[string, Partial<OpenMessage>, string | null]>([
    ['a person took the chat', { isHumans: true }, 'owned-by-human'],
    ['the window is closed', { isWindowClosed: true }, 'window-closed'],
    ['nothing happened, however old it is', { plannedMs: 60 * minute }, null],
    ['the customer wrote again (the newer turn calls it back)', { hasNewerMail: true }, null],
  ])('that was never sent: %s', (_what, facts, reason) => expect(text(facts)).toBe(reason));

  it.each<[string, Partial<OpenMessage>, string | null]>([
    ['a person took the chat', { isHumans: true }, 'owned-by-human'],
    ['the window is closed', { isWindowClosed: true }, 'window-closed'],
    ['the customer wrote again', { hasNewerMail: true }, 'superseded'],
    ['it is five minutes old', { plannedMs: resendForMs + 1 }, 'too-old'],
    ['none of it', { plannedMs: resendForMs }, null],
  ])('that would be sent once more: %s', (_what, facts, reason) => expect(text({ ...resend, ...facts })).toBe(reason));

  it.each<[string, Partial<OpenMessage>, string | null]>([
    ['a person has the chat', { isHumans: true }, 'owned-by-human'],
    ['the flow has had the chat and handed it over anew', { isAgents: true }, 'superseded'],
    ['the window is closed', { isAgents: false, isWindowClosed: true }, null],
    ['it is old', { isAgents: false, plannedMs: 60 * minute }, null],
  ])('that is an intent, for without it nobody has the chat: %s', (_what, facts, reason) => expect(text({ ...resend, outgoing: intent, ...facts })).toBe(reason));

  it('never for the intent of a turn that is sent for the first time, unless a person has the chat', () => {
    expect([text({ outgoing: intent, isWindowClosed: true }), text({ outgoing: intent, isHumans: true })]).toEqual([null, 'owned-by-human']);
  });
});

describe('a mute no longer fits', () => {
  const mute = (facts: Partial<OpenMessage>): string | null => staleReason(message('m', { outgoing: { kind: 'intent', intentIdOrName: 'MUDO', variables: {}, purpose: 'mute' }, ...facts }));

  it('when the chat is somebody else’s, who needs the bot or has muted it himself', () => expect([mute({}), mute({ isAgents: false }), mute({ isHumans: true })]).toEqual([null, 'not-handed-off', 'owned-by-human']));
  it('when it holds up the answer behind it for long', () => expect(mute({ plannedMs: muteForMs + 1 })).toBe('too-old'));
  it('not because it may have been run already: it then runs again', () => expect(mute({ mayHaveBeenSent: true, isAgents: true })).toBeNull());
});

describe('a template no longer fits', () => {
  const template = { outgoing: { kind: 'intent', intentIdOrName: 'retomar', variables: {}, purpose: 'template' }, isWindowClosed: true } as const;
  it('when the customer has written meanwhile, or a person has the chat', () => {
    expect([staleReason(message('t', template)), staleReason(message('t', { ...template, isWindowClosed: false })), staleReason(message('t', { ...template, isHumans: true }))]).toEqual([null, 'superseded', 'owned-by-human']);
  });
});
