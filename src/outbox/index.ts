export { Follow } from './follow.service.js';
export { LastSendHealth } from './last-send.health.js';
export { messageStates, type MessageState, type Outgoing } from './message.js';
export { OutboxModule } from './outbox.module.js';
export { Outbox } from './outbox.service.js';
export type { Wanted } from './rendering/wanted.js';
export { RedriveModule } from './redrive.module.js';
export { Redrive, type Redriven } from './redrive.service.js';
