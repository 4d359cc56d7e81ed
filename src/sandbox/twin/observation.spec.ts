import { afterEach, describe, expect, it } from '@jest/globals';
import { ApiCaller } from '../../../test/support/api-caller.js';
import { WebhookReceiver } from '../../../test/support/webhook-receiver.js';
import { BotmakerTwin } from './botmaker-twin.js';
import type { TwinEvent } from './observation.js';

const CONTACT = '5491150001234';

let twin: BotmakerTwin;

afterEach(() => twin.close());

describe('observing the twin', () => {
  it('follows live what happens, until the subscription ends', async () => {
    twin = await BotmakerTwin.start();
    const api = new ApiCaller(twin.baseUrl, twin.credentials.accessToken);
    const events: TwinEvent[] = [];
    const unsubscribe = twin.subscribe((event) => events.push(event));
    const { chatId } = twin.customerWrites(CONTACT, 'ayuda');
    await api.post('/chats-actions/send-read-typing-feedback', { channelId: twin.channelId, contactId: CONTACT, typing: true });
    expect(twin.chat(chatId)?.typingAt).not.toBeNull();
    await api.post('/chats-actions/send-read-typing-feedback', { channelId: twin.channelId, contactId: CONTACT, typing: false });
    await twin.settled();
    const brief = events.map((event) => (event.type === 'chat' ? event.change : event.type));
    expect(brief.filter((type) => type !== 'status')).toEqual(['created', 'message', 'variables', 'mute', 'message', 'typing', 'call', 'read', 'call']);
    expect(events.flatMap((event) => (event.type === 'status' ? [event.status] : []))).toEqual(['sent', 'delivered', 'read']);
    expect(twin.chat(chatId)?.messages.at(-1)?.status).toBe('read');
    unsubscribe();
    twin.customerWrites(CONTACT, 'hola');
    expect(events).toHaveLength(brief.length);
  });

  it('waits for a condition, and says what it waited for when it does not come', async () => {
    twin = await BotmakerTwin.start();
    const written = twin.until(() => twin.chats().find((chat) => chat.contactId === CONTACT));
    twin.customerWrites(CONTACT, 'hola');
    expect((await written).messages[0]?.content.text).toBe('hola');
    await expect(twin.until(() => twin.violations.length > 0, { timeoutMs: 20 })).rejects.toThrow(/not true after 20 ms: .*violations/);
    const fails = twin.until(() => {
      throw new Error('wrong predicate');
    });
    await expect(fails).rejects.toThrow('wrong predicate');
  });
});

describe('closing the twin', () => {
  it('stops everything that was still to come, and ends those who wait', async () => {
    const receiver = await WebhookReceiver.start();
    receiver.answer = (index) => (index === 0 ? 200 : 'hang');
    twin = await BotmakerTwin.start({ echo: { delayMs: 60_000 }, statusDelays: { readMs: 60_000 } });
    await twin.setWebhookUrl(receiver.url);
    const api = new ApiCaller(twin.baseUrl, twin.credentials.accessToken);
    const { chatId } = twin.customerWrites(CONTACT, 'ayuda');
    twin.faults.next('get-chat', { kind: 'stall', ms: 60_000, when: 'before' });
    const stalled = api.get(`/chats/${chatId}`).catch(() => 'broken off');
    await api.post('/chats-actions/send-messages', { chat: { chatId }, messages: [{ text: 'a' }] });
    const waiting = twin.until(() => false);
    const refused = expect(waiting).rejects.toThrow('closed');
    await twin.until(() => twin.calls.length === 2);
    await twin.close();
    await refused;
    await stalled;
    expect(twin.webhookAttempts.slice(1).every((attempt) => attempt.outcome === 'aborted')).toBe(true);
    await expect(api.get('/channels')).rejects.toThrow();
    await expect(twin.until(() => true)).rejects.toThrow('closed');
    await receiver.close();
  });

  it('can be done twice', async () => {
    twin = await BotmakerTwin.start();
    await twin.close();
    await twin.close();
  });
});
