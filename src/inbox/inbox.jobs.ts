import { defineJob, type JobPayload } from '../platform/index.js';

/** There are bodies that nobody has read. One job for all of them: the reader takes whatever is there. */
export const readEnvelopes = defineJob<JobPayload>('read-envelopes', () => '');

export interface SortMail extends JobPayload {
  chatId: string;
}

export interface SortChats extends JobPayload {
  chatIds: string[];
}

/** Chats have events that nobody has looked at: those of one batch of bodies, which is named by its first. None replaces another. */
export const sortChats = defineJob<SortChats>('sort-chats', ({ correlationId }) => correlationId);

/** A chat has events that nobody has looked at. */
export const sortMail = defineJob<SortMail>('sort-mail', ({ chatId }) => chatId);
