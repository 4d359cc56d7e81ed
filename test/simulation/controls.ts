import { nextStep as nextCredentialStep } from '../../src/botmaker/credentials/credential.js';
import { sort } from '../../src/conversation/sorting.js';
import { claimed, ended, released, renewed, type Turn } from '../../src/conversation/turn.js';
import { afterAttempt } from '../../src/outbox/after-attempt.js';
import { afterEcho } from '../../src/outbox/after-echo.js';
import { afterLookup } from '../../src/outbox/after-lookup.js';
import { matchEcho } from '../../src/outbox/match-echo.js';
import { matchListing } from '../../src/outbox/match-listing.js';
import { nextStep } from '../../src/outbox/next-step.js';
import { newsOfDuplicate } from '../../src/webhook/filed-event.js';
import { credentialMachine } from './credential/credential.machine.js';
import type { Machine } from './engine/machine.js';
import { messageMachine } from './message/message.machine.js';
import { ownerMachine } from './owner/owner.machine.js';
import { turnMachine } from './turn/turn.machine.js';

/** A machine with one rule taken out, and the promise that must then be seen broken. */
export interface Control {
  without: string;
  machine: Machine;
  breaks: RegExp;
}

const longAgo = new Date(0);
const asHeld = <T extends Turn>(turn: T): number => turn.epoch;

export const controls: readonly Control[] = [
  {
    without: 'owner: what is told again is old unless it differs',
    machine: ownerMachine({
      newsOfDuplicate: (filed) => {
        const news = newsOfDuplicate(filed, undefined);
        return news && { ...news, row: { ...news.row, content: { ...news.row.content, isRetold: false } } };
      },
    }),
    breaks: /told twice or in another order/,
  },
  { without: 'owner: a message from before the person’s line hands nothing over', machine: ownerMachine({ sort: (before, events, rules) => sort({ ...before, lastOperatorAt: null }, events, rules) }), breaks: /takes the chat from him/ },
  { without: 'owner: whatever is not mail has a reason', machine: ownerMachine({ sort: (...given) => ({ ...sort(...given), ignored: [] }) }), breaks: /exactly one outcome/ },

  {
    without: 'turn: the epoch is checked before a write',
    machine: turnMachine({ rules: { ended: (turn, _epoch, state) => ended(turn, asHeld(turn), state), renewed: (turn, _epoch, ...rest) => renewed(turn, asHeld(turn), ...rest), released: (turn, _epoch, ...rest) => released(turn, asHeld(turn), ...rest) } }),
    breaks: /whoever lost a turn writes nothing/,
  },
  {
    without: 'turn: only a turn whose lease has ended is taken over',
    machine: turnMachine({ rules: { claimed: (turn, ...rest) => claimed(turn.leaseUntil ? { ...turn, leaseUntil: longAgo } : turn, ...rest) } }),
    breaks: /the model is (not )?asked|whoever lost a turn/,
  },
  { without: 'turn: each claim is counted', machine: turnMachine({ rules: { claimed: (turn, ...rest) => claimed({ ...turn, attempts: 0 }, ...rest), isExhausted: () => false } }), breaks: /not tried more often than it may be/ },
  { without: 'turn: the worker looks at its lease before it acts', machine: turnMachine({ isBlind: true }), breaks: /the model is (not )?asked/ },
  { without: 'turn: a turn whose tool has acted is not merged into another', machine: turnMachine({ rules: { meetingOf: (policy) => policy } }), breaks: /an effect is had once|has no effect/ },
  { without: 'turn: whose place was taken has lost it', machine: turnMachine({ rules: { superseded: (turn) => turn } }), breaks: /answered by two turns/ },
  { without: 'turn: somebody looks for overdue turns', machine: turnMachine({ isUnwatched: true }), breaks: /within (its lease and two seconds|two and a half seconds)/ },

  { without: 'message: a claim that has become too old is not sent', machine: messageMachine({ isStaleClaim: () => false }), breaks: /sees a message twice|come in their order/ },
  { without: 'message: the doubt is longer than what is told late', machine: messageMachine({ doubtMs: 4000 }), breaks: /no customer sees a message twice/ },
  { without: 'message: the epoch is checked before an outcome is stored', machine: messageMachine({ isHeldBy: ({ state }) => state === 'sending' }), breaks: /a message only becomes|sees a message twice|is settled within/ },
  { without: 'message: only what waits is claimed', machine: messageMachine({ mayBeClaimed: (_row, _seen, isHumans) => !isHumans }), breaks: /a message only becomes what it may|is not sent again/ },
  { without: 'message: the claim looks once more whether a person has the chat', machine: messageMachine({ mayBeClaimed: (row, seen) => row.epoch === seen.epoch && row.state !== 'sending', nextStep: (open) => nextStep(open.map((message) => ({ ...message, isHumans: false }))) }), breaks: /when a person has taken the chat/ },
  { without: 'message: it is sent again once', machine: messageMachine({ afterLookup: (message, ...rest) => afterLookup({ ...message, wasResent: false }, ...rest) }), breaks: /sent again once/ },
  {
    without: 'message: what nobody knows is held in doubt',
    machine: messageMachine({ afterAttempt: (claim, failure, ...rest) => afterAttempt(claim, failure.kind === 'outcome-unknown' ? { ...failure, kind: 'upstream-unavailable' } : failure, ...rest) }),
    breaks: /no customer sees a message twice/,
  },
  { without: 'message: an echo calls a second send off', machine: messageMachine({ afterEcho: (message, copy) => ({ ...afterEcho(message, copy), ...(message.state === 'retrying' ? { becomes: null } : {}) }) }, { tellsTooLate: true }), breaks: /is not sent again/ },
  { without: 'message: an echo with another id is a second copy', machine: messageMachine({ afterEcho: (message, copy) => ({ ...afterEcho(message, copy), isDuplicate: false }) }, { tellsTooLate: true }), breaks: /counted, never hidden/ },
  { without: 'message: what is in doubt blocks its chat', machine: messageMachine({ nextStep: (open) => nextStep(open.some(({ doubtInMs }) => doubtInMs === null) ? open.filter(({ doubtInMs }) => doubtInMs === null) : open) }), breaks: /come in their order|is at Botmaker|is settled within/ },
  {
    without: 'message: a listed message stands for one of ours',
    machine: messageMachine({ matchListing: (unbound, listed) => new Map(unbound.flatMap((one) => [...matchListing([one], listed)])) }),
    breaks: /is at Botmaker/,
  },
  {
    without: 'message: the second of two equal echoes of an unanswered call is not a copy of the first',
    machine: messageMachine({
      matchEcho: (candidates, marks) => {
        const copied = candidates.find(({ notificationId, text, remoteId }) => notificationId !== null && marks.callIds.includes(notificationId) && text === marks.text && remoteId !== null);
        return copied ? { id: copied.id, by: 'notification' } : matchEcho(candidates, marks);
      },
    }),
    breaks: /no customer sees a message twice/,
  },

  { without: 'credential: a refresh is a row before it is a call', machine: credentialMachine({ leavesRow: false }), breaks: /three refreshes|one refresh/ },
  { without: 'credential: whoever was frozen does not ask late', machine: credentialMachine({ isTooLateToAsk: () => false }), breaks: /one refresh/ },
  { without: 'credential: an earlier refresh may not replace a later one', machine: credentialMachine({ mayStore: () => true }), breaks: /not replaced by one that does not/ },
  { without: 'credential: three requests a minute', machine: credentialMachine({ nextStep: (facts, now) => nextCredentialStep({ ...facts, refreshes: facts.refreshes.filter(({ outcome }) => outcome === null) }, now) }), breaks: /no more than three refreshes/ },
  { without: 'credential: a token that has ended is not used', machine: credentialMachine({ hasEnded: () => false }), breaks: /has ended is not used/ },
  {
    without: 'credential: a refresh past its deadline is taken for lost',
    machine: credentialMachine({ nextStep: (facts, now) => nextCredentialStep({ ...facts, refreshes: facts.refreshes.map((refresh) => ({ ...refresh, deadlineAt: new Date(now.getTime() + 1000) })) }, now) }),
    breaks: /replaced, or the alarm|in a bounded time/,
  },
];

/** What lies beyond the promises: found as well, so that nobody believes it is covered. */
export const limits: readonly Control[] = [
  { without: 'owner: notifications of variables are told once (they have neither id nor date)', machine: ownerMachine({}, { noticesTwice: true }), breaks: /takes the chat from him/ },
  { without: 'owner: nothing is told late after the agent handed the chat to a person', machine: ownerMachine({}, { countsHandings: true }), breaks: /takes the chat from him/ },
  { without: 'message: answers differ, where echoes carry none of our ids', machine: messageMachine({}, { saysTheSame: true }), breaks: /is at Botmaker|sees a message twice/ },
  { without: 'message: what is told comes before the doubt ends, where answers say the same', machine: messageMachine({}, { tellsTooLate: true, believesLate: true }), breaks: /is at Botmaker/ },
  { without: 'credential: a process is not frozen for longer than the leeway before a token’s end', machine: credentialMachine({}, { freezesLong: true }), breaks: /has ended is not used/ },
];
