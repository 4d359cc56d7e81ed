import type { ErrorKind } from '../../../src/platform/index.js';
import type { OpenMessage } from '../../../src/outbox/open-message.js';
import type { Process, Script } from '../engine/process.js';
import type { World } from '../engine/world.js';
import type { SimulatedDatabase } from '../surroundings/database.js';
import type { Fleet } from '../surroundings/fleet.js';
import { Trouble } from '../surroundings/trouble.js';
import { lookFor } from './look-up.js';
import type { Answer, EchoHabit, SimulatedPlatform } from './platform.js';
import type { MessageRules } from './rules.js';
import type { Claimed, MessageTables } from './tables.js';

export interface SenderParts {
  world: World;
  fleet: Fleet;
  database: SimulatedDatabase;
  platform: SimulatedPlatform;
  tables: MessageTables;
  rules: MessageRules;
  habit: EchoHabit;
  wake: (inMs: number) => void;
}

const mostRecordTries = 3;

const kindOf: Record<Exclude<Answer['kind'], 'accepted'>, ErrorKind> = {
  'too many requests': 'rate-limited',
  unreachable: 'upstream-unavailable',
  refused: 'upstream-rejected',
  'nobody knows': 'outcome-unknown',
};

/** As `deliver.handler.ts`: does what the chat's queue asks for, until there is nothing to do now. */
export function* deliver(process: Process, parts: SenderParts): Script {
  const { database, tables, rules, wake } = parts;
  while (!process.isDraining) {
    const takenAt = process.monotonic();
    const open = yield* database.transaction((now) => tables.look(now.getTime()));
    const step = rules.nextStep(open);
    if (step.do === 'rest') return;
    if (step.do === 'wait') return wake(step.ms);
    if (step.do === 'send') yield* attempt(process, parts, step.messages, takenAt);
    if (step.do === 'hold') yield* database.transaction((now) => tables.hold(step.messages, now.getTime()));
    if (step.do === 'expire') yield* database.transaction(() => tables.expire(step.messages));
    if (step.do === 'look-up') yield* settle(process, parts, step.messages);
  }
  wake(0);
}

function* attempt(process: Process, parts: SenderParts, messages: readonly OpenMessage[], takenAt: number): Script {
  const { world, fleet, database, platform, tables, rules } = parts;
  yield* fleet.pass(process, 'before a claim');
  const claim = yield* database.transaction((now) => tables.claim(messages, now.getTime()));
  if (!claim) return;
  world.trace.note(process.name, `claims ${messages.map(({ id }) => id).join(', ')} with epoch ${claim.epoch}`);
  yield* fleet.pass(process, 'after a claim');
  yield world.chance.between(1, 50);
  if (rules.isStaleClaim(process.monotonic() - takenAt)) {
    world.trace.note(process.name, 'does not send: the claim is too old');
    return yield* record(parts, claim, 'upstream-unavailable');
  }
  const order = (id: string): number => tables.rows.findIndex((row) => row.id === id);
  const { answer, afterMs } = platform.send(messages.map(({ id }) => ({ id, text: tables.row(id).text })), order);
  yield* fleet.pass(process, 'after a send');
  yield afterMs;
  yield* fleet.pass(process, 'before it stores an answer');
  world.trace.note(process.name, `hears ${answer.kind} of ${messages.map(({ id }) => id).join(', ')}`);
  yield* record(parts, claim, answer.kind === 'accepted' ? answer : kindOf[answer.kind]);
}

/** What was learnt must not be lost to a hiccup of the database. */
function* record({ world, database, tables, rules }: SenderParts, claim: Claimed, result: Extract<Answer, { kind: 'accepted' }> | ErrorKind): Script {
  for (let tries = 1; ; tries++) {
    try {
      yield* database.transaction((now) => {
        if (typeof result !== 'string') return tables.accept(claim, result.txId, now.getTime());
        const outcome = rules.afterAttempt(claim, { kind: result, code: 'simulated', httpStatus: null, wasCalled: true, notBeforeMs: 0 }, rules.doubtMs, world.chance.next());
        if (outcome.kind !== 'accepted') tables.fail(claim, outcome, now.getTime());
      });
      return;
    } catch (error) {
      if (!(error instanceof Trouble) || tries === mostRecordTries) throw error;
      yield tries * 200;
    }
  }
}

/** As `doubts.service.ts`: looks for what is in doubt, and stores what the look leads to. */
function* settle(process: Process, { world, fleet, database, platform, tables, rules, habit }: SenderParts, messages: readonly OpenMessage[]): Script {
  yield* fleet.pass(process, 'before a look-up');
  yield world.chance.between(5, 300);
  const seen = lookFor(messages, tables, platform.listing(), rules);
  yield* fleet.pass(process, 'after a look-up');
  yield* database.transaction((now) => {
    for (const message of messages) {
      const copies = seen?.get(message.id) ?? [];
      const sight = seen === null ? 'failed' : copies.length > 0 ? 'there' : 'absent';
      // What a look saw is worth something only while the message is as it was when it was looked for.
      if (tables.isAsSeen(message)) for (const remoteId of copies) tables.confirm(message.id, { remoteId, txId: null, text: tables.row(message.id).text });
      const settlement = rules.afterLookup(message, sight, { doubtMs: rules.doubtMs, isEchoBlind: habit === 'none' });
      world.trace.note(process.name, `looks for ${message.id}: ${sight}, so ${settlement.kind}`);
      tables.settle(message, settlement, now.getTime());
    }
  });
}

