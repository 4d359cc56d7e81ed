import type { MessageAuthor, MessageContent, MessageEvent, VariablesEvent } from '../../../src/botmaker/index.js';

export const handoffVariable = 'external_handoff';

/** Marks a second telling for the judge; the product makes nothing of it. */
export const toldAgain = { told: 'again' };

const person = { firstName: null, lastName: null, nickName: null };
const address = { platform: 'whatsapp', channelId: null, contactId: '5491150001234', chatId: 'chat' };

// Written out without spreading: hundreds of thousands of these are made.

/** A message as the webhook tells it: with its id and its date. */
export function toldMessage(id: number, author: MessageAuthor, occurredAt: Date, variables: Record<string, string> | null): MessageEvent {
  const content: MessageContent = { text: `message ${id}`, media: [], location: null, contacts: [], selection: null, unsupported: false, truncated: false };
  return {
    type: 'message', key: `message:${id}`, address, occurredAt, sessionId: null, variables, person, author, remoteId: `${id}`, content,
    authorName: null, operatorId: null, intentName: null, txId: null, clientPayload: null,
  };
}

/** Variables that changed without a message: neither an id nor a date. */
export function toldVariables(arrival: number, variables: Record<string, string>): VariablesEvent {
  return { type: 'variables', key: `variables:${arrival}`, address, occurredAt: null, sessionId: null, variables, person };
}
