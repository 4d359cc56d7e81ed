import { createHash } from 'node:crypto';
import type { MessageEvent, WireEvent } from '../botmaker/index.js';
import type { EventState, NewEvent, UnreadEnvelope } from '../inbox/index.js';

/** An event on its way into the inbox, together with what Botmaker said. */
export interface FiledEvent {
  wire: WireEvent;
  chatId: string | null;
  row: NewEvent;
}

/** The row of an event. Customers' and operators' messages and variables wait for the conversation; the rest is read already. */
export function fileEvent(wire: WireEvent, envelope: UnreadEnvelope, chatId: string | null): FiledEvent {
  const message = wire.type === 'message' ? wire : null;
  return {
    wire,
    chatId,
    row: {
      key: wire.key,
      envelopeId: envelope.id,
      chatId,
      kind: wire.type,
      author: message?.author ?? null,
      state: stateOf(wire, chatId),
      reason: wire.type === 'ignored' || wire.type === 'quarantined' ? wire.reason : chatId === null && wire.type !== 'status' ? 'no-chat' : null,
      remoteId: wire.type === 'message' || wire.type === 'status' ? wire.remoteId : null,
      text: message?.content.text ?? null,
      content: contentOf(wire),
      backfill: envelope.door === 'sweep',
      occurredAt: wire.occurredAt ?? envelope.receivedAt,
      receivedAt: envelope.receivedAt,
    },
  };
}

/**
 * A message that was told before can come again with variables that were set since (the flow hands over after the message
 * was reported). The message is a duplicate, what its variables add to `known` is news, filed as an event of its own. What
 * they only repeat is not: a hand-off told twice must not take the chat back from the person who has answered meanwhile.
 */
export function newsOfDuplicate({ wire, chatId, row }: FiledEvent, known: Record<string, string> | undefined): FiledEvent | null {
  if (wire.type !== 'message' || !wire.variables || chatId === null) return null;
  const changed = Object.entries(wire.variables).filter(([name, value]) => known?.[name] !== value);
  if (changed.length === 0) return null;
  const variables = Object.fromEntries(changed);
  const fingerprint = createHash('sha256').update(JSON.stringify(changed)).digest('hex').slice(0, 32);
  const key = `variables:${fingerprint}:${wire.key}`.slice(0, 200);
  const news: WireEvent = { ...base(wire), type: 'variables', key, variables };
  return { wire: news, chatId, row: { ...row, key, kind: 'variables', author: null, state: 'received', text: null, remoteId: null, content: { ...contentOf(news), isRetold: true } } };
}

const base = ({ address, occurredAt, sessionId, person }: MessageEvent): Pick<MessageEvent, 'address' | 'occurredAt' | 'sessionId' | 'person'> => ({ address, occurredAt, sessionId, person });

function stateOf(wire: WireEvent, chatId: string | null): EventState {
  if (wire.type === 'ignored' || wire.type === 'quarantined') return wire.type;
  if (wire.type === 'status') return 'read';
  if (chatId === null) return 'quarantined';
  if (wire.type === 'variables' || wire.type === 'assignment' || wire.type === 'code-action' || wire.variables) return 'received';
  return wire.author === 'flow' ? 'read' : 'received';
}

/** What is kept beside the columns; addresses are in the chat's row, the whole body in the envelope. */
function contentOf(wire: WireEvent): NewEvent['content'] {
  const { variables, sessionId } = wire;
  switch (wire.type) {
    case 'message': {
      const { content, authorName, operatorId, intentName, txId } = wire;
      return JSON.parse(JSON.stringify({ ...content, authorName, operatorId, intentName, txId, variables, sessionId })) as NewEvent['content'];
    }
    case 'status':
      return { status: wire.status, txId: wire.txId, errorCode: wire.error?.code ?? null, errorText: wire.error?.text ?? null };
    case 'variables':
      return { variables: wire.variables, sessionId };
    case 'assignment':
      return { operatorId: wire.operatorId };
    case 'code-action':
      return { variables, isAttended: wire.isAttended };
    case 'quarantined':
      return { detail: wire.detail };
    case 'ignored':
      return {};
  }
}
