import { describe, expect, it } from '@jest/globals';
import { judge, type Verdict } from './rig/checker.js';
import { doubtsOf, type Facts, type PlannedMessage, type StoredMail } from './rig/facts.js';
import type { Entry, Happening } from './rig/history.js';

/** A run of one chat in which two customer messages were answered as they should be. Each test spoils it in one way. */
function soundRun(): { history: Happening[]; facts: Facts } {
  return {
    history: [
      { what: 'wrote', chat: 'C', id: 'M1', token: 't1' },
      { what: 'told', id: 'M1', attempt: 1, status: 200 },
      { what: 'asked', token: 't1' },
      { what: 'seen', chat: 'C', remote: 'R1', message: 'A1', text: 'respuesta t1' },
      { what: 'wrote', chat: 'C', id: 'M2', token: 't2' },
      { what: 'told', id: 'M2', attempt: 1, status: 200 },
      { what: 'asked', token: 't2' },
      { what: 'seen', chat: 'C', remote: 'R2', message: 'A2', text: 'respuesta t2' },
    ],
    facts: { mail: [mail('M1', 'run1'), mail('M2', 'run2')], messages: [planned('A1', 'run1', 'respuesta t1'), planned('A2', 'run2', 'respuesta t2')], doubts: [], unreadBodies: 0 },
  };
}

const mail = (remoteId: string, runId: string): StoredMail => ({ remoteId, state: 'read', reason: null, runId, backfill: false, turnState: 'finished', outcome: 'answered', turnReason: null, finishedAt: 100 });
const planned = (id: string, runId: string, text: string): PlannedMessage => ({ id, runId, chat: 'C', kind: 'text', text, state: 'accepted', reason: null, attempts: 1 });

function judged(spoil: (run: ReturnType<typeof soundRun>) => void): Verdict {
  const run = soundRun();
  spoil(run);
  return judge(run.history.map((happening, index): Entry => ({ at: index, ...happening })), run.facts);
}

const faultsOf = ({ lost, duplicated, disordered, askedAgain, unexpected }: Verdict): number[] => [lost, duplicated, disordered, askedAgain, unexpected].map(({ length }) => length);

describe('the checker', () => {
  it('finds nothing in a sound run, and counts it', () => {
    const verdict = judged(() => undefined);
    expect(faultsOf(verdict)).toEqual([0, 0, 0, 0, 0]);
    expect(verdict).toMatchObject({ attempted: 2, acknowledged: 2, stored: 2, planned: 2, seen: 2, modelCalls: 2, recovered: 0, ends: { answered: 2 } });
  });

  it.each<[string, (run: ReturnType<typeof soundRun>) => void, string]>([
    ['never stored', ({ facts }) => facts.mail.pop(), 'it was never stored'],
    ['stored and not read', ({ facts }) => Object.assign(facts.mail[1]!, { state: 'received', runId: null, turnState: null }), 'nobody read it'],
    ['in a turn that never ended', ({ facts }) => Object.assign(facts.mail[1]!, { turnState: 'running' }), 'its turn is running'],
    ['answered with a message that still waits', ({ facts }) => Object.assign(facts.messages[1]!, { state: 'sending' }), 'its answer is open: sending'],
    ['said to be answered, and the customer saw nothing', ({ history }) => history.pop(), 'message A2 counts as sent, and nobody saw it'],
  ])('calls a message lost that was %s', (_what, spoil, why) => {
    const verdict = judged(spoil);
    expect(verdict.lost).toEqual([{ id: 'M2', why }]);
    expect(verdict.ends).toEqual({ answered: 1 });
  });

  it('does not excuse a loss by the missing acknowledgement: the customer wrote', () => {
    const verdict = judged(({ history, facts }) => {
      history.splice(5, 1, { what: 'told', id: 'M2', attempt: 1, status: 503 });
      facts.mail.pop();
    });
    expect(verdict.lost).toHaveLength(1);
    expect(verdict.acknowledged).toBe(1);
  });

  it('sees the same message of ours twice, whether its first attempt was late or we sent it again', () => {
    const again: Happening = { what: 'seen', chat: 'C', remote: 'R3', message: 'A2', text: 'respuesta t2' };
    expect(judged(({ history }) => history.push(again)).duplicated).toEqual([{ kind: 'ours', what: 'A2', times: 2 }]);
    const late = judged(({ history }) => history.push({ what: 'fault', message: 'A2', kind: 'stall', when: 'before' }, again));
    expect(late.duplicated).toEqual([{ kind: 'late-accept', what: 'A2', times: 2 }]);
  });

  it('counts equal texts without our id as often as they were planned, and no more', () => {
    const ok = (remote: string): Happening => ({ what: 'seen', chat: 'C', remote, message: null, text: 'Ok!' });
    const plan = ({ facts }: ReturnType<typeof soundRun>): unknown => facts.messages.push(planned('A3', 'run1', 'Ok!'), planned('A4', 'run2', 'Ok!'));
    const twice = judged((run) => [plan(run), run.history.push({ what: 'seen', chat: 'C', remote: 'R3', message: 'A3', text: 'Ok!' }, { what: 'seen', chat: 'C', remote: 'R4', message: 'A4', text: 'Ok!' })]);
    expect(twice.duplicated).toEqual([]);
    expect(judged((run) => [plan(run), run.history.push(ok('R3'), ok('R4'))]).duplicated).toEqual([]);
    expect(judged((run) => [plan(run), run.history.push(ok('R3'), ok('R4'), ok('R5'))]).duplicated).toEqual([{ kind: 'ours', what: 'C Ok!', times: 3 }]);
  });

  it('sees a message that the inbox holds twice', () => {
    expect(judged(({ facts }) => facts.mail.push(mail('M2', 'run2'))).duplicated).toEqual([{ kind: 'inbox', what: 'M2', times: 2 }]);
  });

  it('sees answers in another order than they were decided in, and takes a duplicate for none', () => {
    const swapped = judged(({ history }) => history.splice(3, 5, history[7]!, history[4]!, history[5]!, history[6]!, history[3]!));
    expect(swapped.disordered).toEqual([{ chat: 'C', message: 'A1', after: 'A2' }]);
    expect(judged(({ history }) => history.push({ what: 'seen', chat: 'C', remote: 'R3', message: 'A1', text: 'respuesta t1' })).disordered).toEqual([]);
  });

  it('sees a model that was asked once more after its decision was stored, but not before', () => {
    expect(judged(({ history, facts }) => [history.push({ what: 'asked', token: 't1' }), (facts.mail[0]!.finishedAt = 5)]).askedAgain).toEqual(['t1, 3 ms after its end']);
    expect(judged(({ history }) => history.push({ what: 'asked', token: 't1' })).askedAgain).toEqual([]);
  });

  it('sees what nobody wrote or planned', () => {
    const verdict = judged(({ history, facts }) => [facts.mail.push(mail('M9', 'run2')), history.push({ what: 'seen', chat: 'C', remote: 'R9', message: 'A9', text: 'x' })]);
    expect(verdict.unexpected).toEqual(['stored and never written: M9', 'seen and never planned: A9']);
  });

  it('tells merged from answered, and every other end by its reason', () => {
    expect(judged(({ facts }) => [(facts.mail[0]!.runId = 'run2'), facts.messages.shift()]).ends).toEqual({ merged: 1, answered: 1 });
    const endOfSecond = (change: object, of: 'mail' | 'messages'): unknown => judged(({ facts }) => Object.assign(facts[of][1]!, change)).ends;
    expect(endOfSecond({ state: 'ignored', reason: 'too-old', runId: null }, 'mail')).toEqual({ answered: 1, 'ignored(too-old)': 1 });
    expect(endOfSecond({ turnState: 'skipped', turnReason: 'no-mail' }, 'mail')).toEqual({ answered: 1, 'skipped(no-mail)': 1 });
    expect(endOfSecond({ state: 'unknown', reason: 'no-echo' }, 'messages')).toEqual({ answered: 1, 'unknown(no-echo)': 1 });
    expect(endOfSecond({ state: 'expired', reason: 'superseded' }, 'messages')).toEqual({ answered: 1, 'expired(superseded)': 1 });
  });

  it('counts as recovered what failed at the door or was found by the sweep, and has its end', () => {
    expect(judged(({ history }) => history.push({ what: 'told', id: 'M1', attempt: 1, status: null })).recovered).toBe(1);
    expect(judged(({ facts }) => (facts.mail[0]!.backfill = true)).recovered).toBe(1);
  });
});

describe('how a doubt was settled', () => {
  const line = (at: number, type: string, by: string | null = null): { at: number; type: string; by: string | null } => ({ at, type, by });
  const [attempted, doubted] = [line(0, 'delivery.attempted'), line(10, 'delivery.in-doubt')];

  it.each([
    ['echo', line(15, 'message.confirmed', 'payload')],
    ['lookup', line(15, 'message.confirmed', 'lookup')],
    ['unknown', line(15, 'message.unknown')],
    ['expired', line(15, 'message.expired')],
    ['dead', line(15, 'delivery.rejected')],
    ['late-answer', line(15, 'delivery.accepted')],
  ])('is read out of the log: by %s', (by, end) => {
    expect(doubtsOf('run', [attempted, doubted, end])).toEqual([{ runId: 'run', ms: 15, by, messageMs: 15 }]);
  });

  it('is told for each send: the first is over when it is to be made again, the message when its end is known', () => {
    const again = [line(20, 'message.resending'), line(21, 'delivery.attempted')];
    const first = { runId: 'run', ms: 20, by: 'resend', messageMs: 45 };
    expect(doubtsOf('run', [attempted, doubted, ...again, line(45, 'delivery.accepted')])).toEqual([first]);
    expect(doubtsOf('run', [attempted, doubted, ...again, line(30, 'delivery.in-doubt'), line(45, 'message.unknown')])).toEqual([first, { runId: 'run', ms: 24, by: 'unknown', messageMs: 24 }]);
  });

  it('is never, when nothing settled it', () => {
    expect(doubtsOf('run', [attempted, doubted])).toEqual([{ runId: 'run', ms: null, by: 'never', messageMs: null }]);
  });

  it('is over before it began when its echo was faster than the answer that never came; of an earlier send’s echo nothing follows', () => {
    expect(doubtsOf('run', [attempted, line(5, 'message.confirmed', 'payload'), line(6, 'message.delivered'), doubted])).toEqual([{ runId: 'run', ms: 5, by: 'echo', messageMs: 5 }]);
    expect(doubtsOf('run', [line(0, 'delivery.attempted'), line(5, 'message.confirmed', 'payload'), line(6, 'delivery.attempted'), doubted])).toMatchObject([{ ms: null, by: 'never' }]);
  });
});
