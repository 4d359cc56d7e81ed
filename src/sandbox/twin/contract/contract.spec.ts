import { describe, expect, it } from '@jest/globals';
import { Contract } from './contract.js';
import { OPERATION_IDS, type OperationId } from './operation-id.js';

const contract = Contract.load();
const perSecond = (calls: number) => ({ calls, windowMs: 1_000 });

describe('the contract', () => {
  it('has exactly the operations that the twin answers', () => {
    expect([...contract.operations].sort()).toEqual([...OPERATION_IDS].sort());
  });

  it.each<[OperationId, { calls: number; windowMs: number } | null]>([
    ['send-messages', perSecond(350)],
    ['batch-trigger-intent', perSecond(60)],
    ['trigger-intent', null],
    ['send-read-typing-feedback', perSecond(45)],
    ['get-chat', perSecond(3)],
    ['update-chat', perSecond(3)],
    ['list-search-chats', perSecond(3)],
    ['get-chat-variables', perSecond(20)],
    ['list-messages', perSecond(5)],
    ['list-sessions', perSecond(5)],
    ['send-notification', perSecond(5)],
    ['create-reaction', perSecond(5)],
    ['list-channels', perSecond(1)],
    ['list-intents', perSecond(1)],
    ['list-webhooks', perSecond(1)],
    ['list-whatsapp-templates', perSecond(1)],
    ['get-api-credentials', perSecond(1)],
    ['deleteAPICredentials', perSecond(1)],
    ['refresh-api-credentials', { calls: 3, windowMs: 60_000 }],
  ])('limits %s as the protocol notes say', (operation, limit) => {
    expect(contract.limitOf(operation)).toEqual(limit);
  });

  it('prefers a fixed path to one with a parameter', () => {
    expect(contract.match('GET', '/chats/variables')?.operation).toBe('get-chat-variables');
    expect(contract.match('GET', '/chats/acmebot-whatsapp-1%3A549')).toEqual({
      operation: 'get-chat',
      params: { chatReference: 'acmebot-whatsapp-1:549' },
    });
  });

  it.each([
    ['POST', '/chats-actions/send-message'],
    ['POST', '/chats-actions/close'],
    ['PUT', '/webhooks/W1'],
    ['GET', '/chats-actions/send-messages'],
    ['GET', '/chats/%E0%A4%A'],
  ])('does not know %s %s', (method, path) => {
    expect(contract.match(method, path)).toBeUndefined();
  });

  it('finds fault with an answer that has a field the contract does not know', () => {
    expect(contract.checkAnswer('send-messages', 202, { webhookNotificationId: 'T1' })).toEqual([]);
    expect(contract.checkAnswer('send-messages', 202, { requestId: 'T1' })).not.toEqual([]);
    expect(contract.checkAnswer('list-messages', 200, { items: [{ id: 'M1' }], nextPage: null })).not.toEqual([]);
    expect(contract.checkAnswer('send-messages', 418, undefined)).not.toEqual([]);
  });
});
