export { ChatStore, type ChatIdentity } from './chat.store.js';
export { EnvelopeIntake } from './envelope-intake.service.js';
export { EnvelopeStore, type UnreadEnvelope } from './envelope.store.js';
export { EventStore, type Author, type EventState, type NewEvent, type StoredEvent } from './event.store.js';
export { readEnvelopes, sortMail, type SortMail } from './inbox.jobs.js';
export { QueueHealth } from './queue.health.js';
export type { Door } from './received-envelope.js';
export { SpoolHealth } from './spool.health.js';
export { InboxModule } from './inbox.module.js';
