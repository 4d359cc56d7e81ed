import { type Envelope, namesChat, quarantined } from './envelope.js';
import { pick } from './field.js';
import { readMessage } from './message.js';
import type { WireEvent } from './wire-event.js';

const MARKS = ['message', 'image', 'audio', 'video', 'file', 'location', 'contacts', 'caption', 'error', 'from', 'fromCustomer', 'buttonPayload'];

/** The format of 2021 [O]: one message whose fields lie on the envelope itself. */
export function isFlatMessage({ fields }: Envelope): boolean {
  return !('messages' in fields) && pick(fields, ...MARKS) !== null;
}

export function readFlatMessage(envelope: Envelope): WireEvent[] {
  if (!namesChat(envelope)) return [quarantined(envelope, 'no-chat', 'customerId and contactId are missing')];
  return [readMessage(envelope.fields, envelope, 0)];
}
