export { readCodeAction, readEnvelope } from './read-envelope.js';
export { MAX_BODY_BYTES } from './bounded-json.js';
export { isSet } from './handoff-value.js';
export { LISTED_CHAT } from './listed-chat.js';
export { isRoutedAway, routedVariable } from './routed.js';
export type * from './wire-event.js';
