// What Botmaker sends, made from the project's own sample of a customer's text message.
import { readFileSync } from 'node:fs';

const sample = JSON.parse(readFileSync(new URL('../test/fixtures/webhook/01-message-user-text.json', import.meta.url), 'utf8'));

/** Stands for the message id in a prepared body; as long as a real one. */
export const idPlaceholder = '0'.repeat(20);

/** A customer's message. `contact` tells customers apart; `handsOver`: the flow's variable travels with it. */
export function customerMessage({ id = idPlaceholder, contact = 0, text = sample.messages[0].message, handsOver = false } = {}) {
  const now = new Date().toISOString();
  const contactId = `54911${String(50_000_000 + contact)}`;
  return {
    ...sample,
    contactId,
    customerId: `BENCH${String(contact).padStart(15, '0')}`,
    sessionId: `BENCH${String(contact).padStart(15, '0')}_${now}`,
    ...(handsOver ? { variables: { external_handoff: 'true' } } : {}),
    messages: [{ ...sample.messages[0], _id_: id, date: now, message: text }],
  };
}

/** What Botmaker reports of a message that we sent: its echo, then its statuses. */
export function reportsOf({ contact, id, webhookPayload, text }) {
  const { messages, ...chat } = customerMessage({ contact });
  const date = new Date().toISOString();
  const echo = { ...chat, txId: `TX${id}`, messages: [{ ...messages[0], _id_: id, date, from: 'bot', fromCustomer: false, fromName: 'Bot', clientPayload: webhookPayload, message: text }] };
  const status = (name) => ({
    type: 'status', status: name, statusChangeTime: date, messageId: id, intentTxId: `TX${id}`, businessId: 'bench', chatPlatform: chat.chatPlatform,
    chatChannelId: chat.chatChannelId, contactId: chat.contactId, whatsappNumber: chat.whatsappNumber, customerId: chat.customerId,
  });
  return [echo, ...['sent', 'delivered', 'read'].map(status)];
}

export const contactOf = (contactId) => Number(contactId.slice(5)) - 50_000_000;
