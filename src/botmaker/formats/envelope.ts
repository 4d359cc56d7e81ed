import type { JsonRecord, JsonValue } from './bounded-json.js';
import { isRecord } from './bounded-json.js';
import { readChatAddress } from './chat-address.js';
import { type Arrival, keyOfBody } from './event-key.js';
import { pick, readId, readName, readPayload } from './field.js';
import type { ChatAddress, IgnoredEvent, IgnoredReason, PersonName, QuarantinedEvent, QuarantinedReason } from './wire-event.js';

const MAX_VARIABLE_NAME_LENGTH = 200;

/** One parsed webhook body in modern field names, with what all its events have in common. */
export interface Envelope {
  fields: JsonRecord;
  arrival: Arrival;
  address: ChatAddress | null;
  sessionId: string | null;
  person: PersonName;
  variables: Record<string, string> | null;
}

export function openEnvelope(fields: JsonRecord, arrival: Arrival): Envelope {
  return {
    fields,
    arrival,
    address: readChatAddress(fields),
    sessionId: readId(pick(fields, 'sessionId')),
    person: {
      firstName: readName(pick(fields, 'firstName')),
      lastName: readName(pick(fields, 'lastName')),
      nickName: readName(pick(fields, 'whatsappNickName')),
    },
    variables: readVariables(pick(fields, 'variables')),
  };
}

/** Without one of these two nobody can be answered and no conversation can be opened. */
export function namesChat({ address }: Envelope): boolean {
  return address !== null && (address.chatId !== null || address.contactId !== null);
}

/** What every event takes over from its envelope; variables are attached once, at the end. */
export function commonOf({ address, sessionId, person }: Envelope) {
  return { address, sessionId, person, variables: null };
}

export function ignored(envelope: Envelope, reason: IgnoredReason, position = 0): IgnoredEvent {
  const key = keyOfBody('ignored', envelope.arrival, position);
  return { type: 'ignored', key, ...commonOf(envelope), occurredAt: null, reason };
}

export function quarantined(envelope: Envelope, reason: QuarantinedReason, detail: string, position = 0): QuarantinedEvent {
  const key = keyOfBody('quarantined', envelope.arrival, position);
  return { type: 'quarantined', key, ...commonOf(envelope), occurredAt: null, reason, detail };
}

/** Botmaker's variables are strings [O]; a flag set by code may still arrive as a boolean. Null means cleared. */
function readVariables(value: JsonValue): Record<string, string> | null {
  if (!isRecord(value)) return null;
  const variables: Record<string, string> = {};
  for (const [name, member] of Object.entries(value)) {
    if (name !== '' && name.length <= MAX_VARIABLE_NAME_LENGTH) variables[name] = readPayload(member) ?? '';
  }
  return Object.keys(variables).length === 0 ? null : variables;
}
