import { defineJob, type JobPayload } from '../platform/index.js';

export interface Deliver extends JobPayload {
  chatId: string;
}

/** A look before a send saw something of who has the chat: the conversation weighs it. */
export const chatSeen = defineJob<Deliver>('chat-seen', ({ chatId }) => chatId);

/** Answers of a chat were parked, because its window has closed: the conversation asks the customer to come back. */
export const windowClosed = defineJob<Deliver>('window-closed', ({ chatId }) => chatId);

/** A chat has messages to send. One job per chat: its messages go out one call after another. */
export const deliver = defineJob<Deliver>('deliver', ({ chatId }) => chatId, 'botmaker');
