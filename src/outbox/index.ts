export { HeldMessages } from './held-messages.store.js';
export { Follow } from './follow.service.js';
export { LastSendHealth } from './last-send.health.js';
export { messageStates, type MessageState, type Outgoing } from './message.js';
export { chatSeen, type Deliver } from './outbox.jobs.js';
export { OutboxModule } from './outbox.module.js';
export { Outbox } from './outbox.service.js';
export { RedriveModule } from './redrive.module.js';
export { Redrive, type Redriven } from './redrive.service.js';
