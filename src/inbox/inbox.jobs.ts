import { defineJob, type JobPayload } from '../platform/index.js';

/** There are bodies that nobody has read. One job for all of them: the reader takes whatever is there. */
export const readEnvelopes = defineJob<JobPayload>('read-envelopes', () => '');

export interface SortMail extends JobPayload {
  chatId: string;
}

/** A chat has events that nobody has looked at. */
export const sortMail = defineJob<SortMail>('sort-mail', ({ chatId }) => chatId);
