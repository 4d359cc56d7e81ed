export { ChatStore, type ChatIdentity } from './chat.store.js';
export { EnvelopeStore, type Door, type UnreadEnvelope } from './envelope.store.js';
export { EventStore, type Author, type EventState, type NewEvent, type StoredEvent } from './event.store.js';
export { readEnvelopes, sortMail, type SortMail } from './inbox.jobs.js';
export { QueueHealth } from './queue.health.js';
export { InboxModule } from './inbox.module.js';
