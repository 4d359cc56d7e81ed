import { isSet } from '../botmaker/index.js';
import type { StoredEvent } from '../inbox/index.js';
import { optedOutAfter, type OptChange } from './ends/opt-out.js';
import { isOvertaken, whyNotLate, type LateFacts } from './late-mail.js';

/*
 * Who may speak in a chat.
 *
 *   flow ──hand-off variable true──▶ agent ──operator writes──▶ human
 *   agent ──hand-off variable false, or we returned it──▶ flow
 *   human ──the flow sets the hand-off variable anew──▶ agent
 *   flow ──operator writes──▶ human
 *   flow ──a code block of the flow asks us──▶ agent
 *   human ──a code block asks us, and the operator has gone──▶ agent
 *
 * flow   Botmaker's own bot answers. We listen and remember.
 * agent  We answer. Botmaker's bot is muted, so when we say nothing, nobody does.
 * human  A person answers, or is being waited for in a queue. We are silent until the flow hands the chat over again. The
 *        variable riding along on a customer's message, or on a message that is told again, is not that: it is the old
 *        value, repeated. On a message from before the person's last line, told late, it is an old value, too. Nor does
 *        clearing it take the chat from the person: we clear it ourselves when we hand over to one.
 *
 * A code block needs no variable: its call is the hand-over. An old value that says no, riding along, does not take that back.
 */
export type Owner = 'flow' | 'agent' | 'human';

export interface ConversationState {
  owner: Owner;
  variables: Record<string, string>;
  sessionId: string | null;
  lastCustomerAt: Date | null;
  lastOperatorAt: Date | null;
  windowClosesAt: Date | null;
  /** Since when the customer wants no messages but answers; null: he has not said so. */
  optedOutAt: Date | null;
}

export interface OwnerChange {
  from: Owner;
  to: Owner;
  reason: string;
}

export interface Sorted {
  after: ConversationState;
  ownerChanges: OwnerChange[];
  /** The window was closed, or nearly so, and a customer's message has opened it. */
  hasOpened: boolean;
  /** The customer has just said that he wants no messages any more, or wants them again. */
  optChange: OptChange | null;
  /** Customer messages for the next turn. */
  mail: StoredEvent[];
  /** Those of them that were written before one that we had sorted already. */
  late: StoredEvent[];
  /** Customer messages that we do not answer, and why. */
  ignored: { event: StoredEvent; reason: string }[];
  /** Everything else: taken note of. */
  noted: StoredEvent[];
}

export interface SortingRules {
  handoffVariable: string;
  answerMaxAgeMs: number;
  /** Of a message that the webhook missed. */
  lateAnswerMaxAgeMs: number;
  /** What is to be known where the sweep found some of the events. */
  late: LateFacts;
  now: Date;
}

const windowMs = 24 * 60 * 60 * 1000;
/** No margin before the end of a window is longer: nothing is parked before. */
const nearEndMs = 15 * 60 * 1000;

/**
 * Goes through a chat's new events in order and says what they change. Whether a customer's message is ours is decided by
 * who owns the chat after all of them: the flow hands over right after the message that it could not answer, and an
 * operator who wrote last has probably answered it.
 */
export function sort(before: ConversationState, events: readonly StoredEvent[], rules: SortingRules): Sorted {
  const after: ConversationState = { ...before, variables: { ...before.variables } };
  const ownerChanges: OwnerChange[] = [];
  const own = (to: Owner, reason: string): void => {
    if (after.owner !== to) ownerChanges.push({ from: after.owner, to, reason });
    after.owner = to;
  };
  for (const event of events) {
    if (event.author !== 'customer' && isOvertaken(event, rules.late)) continue;
    noteVariables(after, event, rules.handoffVariable, own);
    if (event.author === 'operator') {
      after.lastOperatorAt = later(after.lastOperatorAt, event.occurredAt);
      own('human', 'operator-wrote');
    }
    if (event.kind === 'code-action') noteCall(after, event, own);
    if (event.kind === 'assignment' && after.owner === 'agent') own('human', 'operator-has-chat');
    if (event.author === 'customer') {
      after.lastCustomerAt = later(after.lastCustomerAt, event.occurredAt);
      after.windowClosesAt = new Date(after.lastCustomerAt.getTime() + windowMs);
      after.optedOutAt = optedOutAfter(after.optedOutAt, event.content, event.occurredAt);
    }
  }
  const fromCustomer = events.filter(({ author }) => author === 'customer');
  const judged = fromCustomer.map((event) => ({ event, reason: whyNot(after.owner, event, rules) }));
  const mail = judged.flatMap(({ event, reason }) => (reason === null ? [event] : []));
  return {
    after,
    ownerChanges,
    hasOpened: isNearEnd(before, rules.now) && !isNearEnd(after, rules.now),
    optChange: (before.optedOutAt === null) === (after.optedOutAt === null) ? null : after.optedOutAt === null ? 'in' : 'out',
    mail,
    late: mail.filter(({ occurredAt }) => before.lastCustomerAt !== null && occurredAt < before.lastCustomerAt),
    ignored: judged.flatMap(({ event, reason }) => (reason === null ? [] : [{ event, reason }])),
    noted: events.filter(({ author }) => author !== 'customer'),
  };
}

function noteVariables(after: ConversationState, event: StoredEvent, handoffVariable: string, own: (to: Owner, reason: string) => void): void {
  const { variables, sessionId, isRetold } = event.content as { variables?: Record<string, string> | null; sessionId?: string | null; isRetold?: boolean };
  if (sessionId) after.sessionId = sessionId;
  if (!variables) return;
  const wasSet = isSet(after.variables[handoffVariable]);
  // A code block is told all variables, whenever they were set: of who may speak they say nothing new.
  const { [handoffVariable]: handoff, ...others } = variables;
  Object.assign(after.variables, event.kind === 'code-action' ? others : variables);
  if (handoff === undefined || event.kind === 'code-action') return;
  if (!isSet(handoff)) {
    const isNews = wasSet || (event.kind === 'variables' && !isRetold);
    if (after.owner === 'agent' && isNews) own('flow', 'flow-took-back');
    return;
  }
  // What rides on a message is as old as it: a message that is told late says nothing about who speaks since the person wrote.
  const isOutdated = event.kind === 'message' && after.lastOperatorAt !== null && event.occurredAt <= after.lastOperatorAt;
  const isAnew = (event.kind === 'variables' && !isRetold) || (!wasSet && !isOutdated);
  if (after.owner === 'flow' || isAnew) own('agent', 'handed-off');
}

/** The flow asks us to answer. Not from a person: unless Botmaker says that nobody attends the chat, and he wrote before the call. */
function noteCall(after: ConversationState, event: StoredEvent, own: (to: Owner, reason: string) => void): void {
  const { isAttended } = event.content as { isAttended?: boolean | null };
  if (isAttended === true) return own('human', 'operator-has-chat');
  const hasGone = isAttended === false && after.lastOperatorAt !== null && event.occurredAt > after.lastOperatorAt;
  if (after.owner === 'flow' || (after.owner === 'human' && hasGone)) own('agent', 'code-action');
}

function whyNot(owner: Owner, event: StoredEvent, rules: SortingRules): string | null {
  if (owner === 'flow') return 'not-handed-off';
  if (owner === 'human') return 'owned-by-human';
  const ageMs = rules.now.getTime() - event.occurredAt.getTime();
  if (ageMs > rules.answerMaxAgeMs) return 'too-old';
  return event.backfill ? whyNotLate(event, ageMs, rules) : null;
}

const isNearEnd = ({ windowClosesAt }: ConversationState, now: Date): boolean => windowClosesAt !== null && windowClosesAt.getTime() <= now.getTime() + nearEndMs;

const later = (known: Date | null, seen: Date): Date => (known && known > seen ? known : seen);

/** Whether the flow handed the chat over to us just now. */
export function isHandOver({ ownerChanges, after }: Sorted): boolean {
  return after.owner === 'agent' && ownerChanges.some(({ from, to }) => from === 'flow' && to === 'agent');
}

/**
 * When a burst is over: `debounceMs` after its last message, at most `capMs` after its first. Measured by our own clock of
 * arrival, because what matters is whether more is still coming.
 */
export function burstEnd(firstAt: Date, lastAt: Date, debounceMs: number, capMs: number): Date {
  return new Date(Math.min(lastAt.getTime() + debounceMs, firstAt.getTime() + capMs));
}
