import { credentialMachine } from './credential/credential.machine.js';
import type { Machine } from './engine/machine.js';
import { messageMachine } from './message/message.machine.js';
import { ownerMachine } from './owner/owner.machine.js';
import { turnMachine } from './turn/turn.machine.js';

/** The state machines of the product, and which part of all schedules each is explored with. */
export const machines: readonly { machine: Machine; share: number }[] = [
  { machine: ownerMachine(), share: 0.25 },
  { machine: turnMachine(), share: 0.25 },
  { machine: messageMachine(), share: 0.2 },
  { machine: messageMachine({}, { tellsTooLate: true }), share: 0.05 },
  { machine: credentialMachine(), share: 0.25 },
];
