import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { WebhookReceiver } from '../../../../test/support/webhook-receiver.js';
import { BotmakerTwin } from '../botmaker-twin.js';
import type { TwinOptions } from '../twin-options.js';
import { ApiCaller } from '../../../../test/support/api-caller.js';

const CONTACT = '5491150001234';
const MINUTE_MS = 60_000;

let receiver: WebhookReceiver;
let twin: BotmakerTwin;
let clock: Date;

async function start(options: TwinOptions = {}): Promise<void> {
  clock = new Date('2026-03-02T12:00:00.000Z');
  twin = await BotmakerTwin.start({
    now: () => clock,
    rateLimits: 'off',
    ...options,
    webhookFlags: { notifyBotMessages: false, notifyStatusChanges: false, ...options.webhookFlags },
    webhookRetry: { backoffMs: 5, ...options.webhookRetry },
  });
  await twin.setWebhookUrl(receiver.url);
}

const texts = () => receiver.bodies.map((body) => body.messages?.[0]?.message);
const outcomes = () => twin.webhookAttempts.slice(1).map(({ attempt, outcome, status, willRetry }) => ({ attempt, outcome, status, willRetry }));

beforeEach(async () => {
  receiver = await WebhookReceiver.start();
});
afterEach(async () => {
  await twin.close();
  await receiver.close();
});

describe('the webhook', () => {
  it('is called with GET when its URL is saved, and only recorded when that fails', async () => {
    await start();
    expect(receiver.calls.map((call) => call.method)).toEqual(['GET']);
    await twin.setWebhookUrl('http://127.0.0.1:9/nobody');
    expect(twin.webhookAttempts).toMatchObject([
      { kind: 'validation', outcome: 'delivered', status: 200 },
      { kind: 'validation', outcome: 'unreachable', status: null },
    ]);
  });

  it('is called again, with the same body, until it answers 2xx', async () => {
    await start();
    receiver.answer = (index) => (index < 3 ? 500 : 204);
    twin.customerWrites(CONTACT, 'ayuda');
    await twin.settled();
    expect(outcomes()).toEqual([
      { attempt: 1, outcome: 'refused', status: 500, willRetry: true },
      { attempt: 2, outcome: 'refused', status: 500, willRetry: true },
      { attempt: 3, outcome: 'delivered', status: 204, willRetry: false },
    ]);
    expect(new Set(receiver.bodies.map((body) => JSON.stringify(body))).size).toBe(1);
    expect(new Set(twin.webhookAttempts.slice(1).map((attempt) => attempt.notificationId)).size).toBe(1);
  });

  it('is given up after the configured tries', async () => {
    await start({ webhookRetry: { attempts: 2 } });
    receiver.answer = () => 401;
    twin.customerWrites(CONTACT, 'ayuda');
    await twin.settled();
    expect(outcomes().map((attempt) => attempt.willRetry)).toEqual([true, false]);
  });

  it('is called again when it takes too long', async () => {
    await start({ webhookRetry: { timeoutMs: 200 } });
    receiver.answer = (index) => (index === 1 ? 'hang' : 200);
    twin.customerWrites(CONTACT, 'ayuda');
    await twin.settled();
    expect(outcomes().map((attempt) => attempt.outcome)).toEqual(['timeout', 'delivered']);
  });

  it('hears of one chat in order, but a retry does not hold up the rest', async () => {
    await start();
    for (const text of ['uno', 'dos', 'tres']) twin.customerWrites(CONTACT, text);
    await twin.settled();
    expect(texts()).toEqual(['uno', 'dos', 'tres']);
    receiver.answer = (index) => (index === 4 ? 500 : 200);
    for (const text of ['cuatro', 'cinco']) twin.customerWrites(CONTACT, text);
    await twin.settled();
    expect(texts().slice(3)).toEqual(['cuatro', 'cinco', 'cuatro']);
  });

  it('can lose and double what is sent', async () => {
    await start();
    twin.dropWebhooks((body) => JSON.stringify(body).includes('perdido'));
    twin.customerWrites(CONTACT, 'perdido');
    twin.customerWrites(CONTACT, 'llega');
    twin.duplicateWebhooks(true);
    twin.customerWrites(CONTACT, 'doble');
    await twin.settled();
    expect(texts()).toEqual(['llega', 'doble', 'doble']);
    expect(twin.webhookAttempts.filter((attempt) => attempt.outcome === 'dropped')).toMatchObject([{ attempt: 0 }]);
  });

  it('is sent elsewhere for chats that match a redirection rule', async () => {
    await start();
    const developer = await WebhookReceiver.start();
    const api = new ApiCaller(twin.baseUrl, twin.credentials.accessToken);
    const { items } = (await api.get('/webhooks')).body as { items: { id: string }[] };
    await api.post(`/webhooks/${items[0]?.id ?? ''}/redirection-rules`, { URL: developer.url, chatsMatchProps: [{ webhookEnv: 'test' }] });
    const { chatId } = twin.customerWrites(CONTACT, 'ayuda');
    twin.setVariable(chatId, 'webhookEnv', 'test');
    twin.customerWrites(CONTACT, 'solo para mí');
    twin.customerWrites('5491159999999', 'ayuda');
    await twin.settled();
    await developer.close();
    expect(texts()).toEqual(['ayuda', 'ayuda']);
    expect(developer.bodies.at(-1)?.messages?.[0]?.message).toBe('solo para mí');
  });
});

describe('the circuit breaker of the webhook', () => {
  it('opens after more than 100 failures in 10 minutes, and what comes in the next 10 is lost', async () => {
    await start({ webhookRetry: { attempts: 1 } });
    receiver.answer = () => 500;
    for (let index = 0; index < 100; index++) twin.customerWrites(CONTACT, `falla ${index}`);
    await twin.settled();
    expect(twin.isBreakerOpen).toBe(false);
    expect(twin.recentWebhookFailures).toBe(100);
    twin.customerWrites(CONTACT, 'falla 100');
    await twin.settled();
    expect(twin.isBreakerOpen).toBe(true);

    receiver.answer = () => 200;
    twin.customerWrites(CONTACT, 'perdido');
    await twin.settled();
    expect(twin.webhookAttempts.at(-1)).toMatchObject({ outcome: 'lost', attempt: 0 });
    clock = new Date(clock.getTime() + 10 * MINUTE_MS);
    twin.customerWrites(CONTACT, 'llega');
    await twin.settled();
    expect(texts().slice(-2)).toEqual(['falla 100', 'llega']);
  });

  it('forgets failures that are older than 10 minutes', async () => {
    await start({ webhookRetry: { attempts: 1 } });
    receiver.answer = () => 500;
    for (let index = 0; index < 100; index++) twin.customerWrites(CONTACT, `falla ${index}`);
    await twin.settled();
    clock = new Date(clock.getTime() + 10 * MINUTE_MS);
    twin.customerWrites(CONTACT, 'una más');
    await twin.settled();
    expect(twin.isBreakerOpen).toBe(false);
  });
});
