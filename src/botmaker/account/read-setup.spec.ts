import { describe, expect, it } from '@jest/globals';
import { intentOf, itemsOf, lineOf, lineOfChat, ruleOf, templateOf, variablesOf, webhookOf } from './read-setup.js';

describe('a listing of the account', () => {
  it.each([[null], [{}], [{ items: null }], [[]], ['text'], [7]])('that is %j has no items', (body) => expect(itemsOf(body)).toEqual([]));

  it('gives its items, without what is none', () => expect(itemsOf({ items: [{ id: 'A' }, null, 'x', ['y']] })).toEqual([{ id: 'A' }]));
});

describe('a webhook', () => {
  const told = {
    id: 'W', active: true, url: 'https://a.example/hook', token: 'the-secret', version: '1.1', redirectionRules: ['https://dev.example/hook'],
    messagesNotifications: { channelsIds: ['acme-whatsapp-1'], notifyUserMessages: true, notifyBotMessages: false, notifyStatusChanges: 'true' },
  };

  it('is read with what it tells; what it does not tell is not known', () => {
    const webhook = webhookOf(told);
    expect(webhook).toMatchObject({ id: 'W', isActive: true, lineIds: ['acme-whatsapp-1'], version: '1.1' });
    expect(webhook.flags).toEqual({ notifyUserMessages: true, notifyBotMessages: false, notifyOperatorMessages: null, notifyStatusChanges: true, includeVariableChanges: null });
    expect(webhookOf({ id: 'W' })).toMatchObject({ isActive: null, url: null, token: null, lineIds: null, flags: null, rules: [] });
  });

  it('keeps its token where nobody prints it', () => {
    expect(JSON.stringify(webhookOf(told))).not.toContain('the-secret');
    expect(webhookOf(told).token?.reveal()).toBe('the-secret');
  });

  it('has rules of either shape: an address in the listing, an object in the answer for one', () => {
    expect(webhookOf(told).rules).toEqual([{ id: null, url: 'https://dev.example/hook', name: null, match: null }]);
    expect(ruleOf({ id: 'R', URL: 'https://dev.example/hook', name: 'ana', chatsMatchProps: [{ webhookEnv: 'test' }, null] }))
      .toEqual({ id: 'R', url: 'https://dev.example/hook', name: 'ana', match: [{ webhookEnv: 'test' }, {}] });
    expect(ruleOf(null)).toEqual({ id: null, url: null, name: null, match: null });
  });
});

describe('the rest of an account', () => {
  it('is read as far as it is told', () => {
    expect(lineOf({ id: 'acme-whatsapp-1', platform: 'whatsapp', active: true, number: 5491150000001 })[0]).toMatchObject({ number: '5491150000001', status: null, isActive: true });
    expect(lineOf({ platform: 'whatsapp' })).toEqual([]);
    expect(intentOf({ id: 'I', name: ' VOLVER ', bot: { name: 'Bot' }, active: true })).toEqual({ id: 'I', name: 'VOLVER', botName: 'Bot', isActive: true });
    expect(intentOf({})).toEqual({ id: null, name: null, botName: null, isActive: null });
    expect(templateOf({ name: 'retomar', state: 'approved', phoneLinesNumbers: ['549'] })).toEqual({ name: 'retomar', state: 'APPROVED', category: null, lineNumbers: ['549'], botName: null });
  });

  it('shows its lines in its chats, too', () => {
    expect(lineOfChat({ chat: { channelId: 'my-bot-whatsapp-5491150000001' } })[0]).toMatchObject({ id: 'my-bot-whatsapp-5491150000001', platform: 'whatsapp', number: '5491150000001' });
    expect(lineOfChat({ chat: { channelId: 'acme-webchat-null' } })[0]).toMatchObject({ platform: 'webchat', number: null });
    expect(lineOfChat({})).toEqual([]);
  });

  it('shows a chat’s variables as strings, whatever they are', () => {
    expect(variablesOf({ variables: { a: 'x', b: 7, c: null, d: { e: 1 }, f: true } })).toEqual({ a: 'x', b: '7', f: 'true' });
    expect(variablesOf(null)).toEqual({});
  });
});
