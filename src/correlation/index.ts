export { CorrelationLog } from './correlation-log.service.js';
export { CorrelationModule } from './correlation.module.js';
export type { EntryDetails, EntryRefs, EntryType, NewEntry } from './entry.js';
export { reasonCodes, reasonText, type ReasonCode } from './reason-codes.js';
