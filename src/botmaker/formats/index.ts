export { readEnvelope } from './read-envelope.js';
export { MAX_BODY_BYTES } from './bounded-json.js';
export type * from './wire-event.js';
