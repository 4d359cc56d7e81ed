import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiCaller } from '../../../test/support/api-caller.js';
import { BotmakerTwin } from './botmaker-twin.js';

const CONTACT = '5491150001234';

let twin: BotmakerTwin;
let api: ApiCaller;
let chatId: string;

const send = (text: string) => api.post('/chats-actions/send-messages', { chat: { chatId }, messages: [{ text }] });
const seen = () => twin.sent(chatId).map((message) => message.text);

beforeEach(async () => {
  twin = await BotmakerTwin.start({ rateLimits: 'off', statusDelays: { readMs: null } });
  api = new ApiCaller(twin.baseUrl, twin.credentials.accessToken);
  ({ chatId } = twin.customerWrites(CONTACT, 'hola'));
  expect(seen()).toHaveLength(1);
});
afterEach(() => twin.close());

describe('a scripted fault', () => {
  it.each([
    ['before', false],
    ['after', true],
  ] as const)('of status 500 %s acceptance: the message reached the customer: %s', async (when, isSeen) => {
    twin.faults.next('send-messages', { kind: 'status', status: 500, when });
    expect(await send('a')).toMatchObject({ status: 500, body: { errors: [{ type: 'INTERNAL_ERROR' }] } });
    expect(seen().includes('a')).toBe(isSeen);
    expect(twin.calls.at(-1)).toMatchObject({ operation: 'send-messages', status: 500, accepted: isSeen, fault: 'status' });
  });

  it.each([
    ['before', false],
    ['after', true],
  ] as const)('of a reset %s acceptance: the message reached the customer: %s', async (when, isSeen) => {
    twin.faults.next('send-messages', { kind: 'reset', when });
    await expect(send('a')).rejects.toThrow('fetch failed');
    expect(seen().includes('a')).toBe(isSeen);
    expect(twin.calls.at(-1)).toMatchObject({ status: null, accepted: isSeen, fault: 'reset' });
  });

  it('can cut the answer in the middle, after the message was accepted', async () => {
    twin.faults.next('send-messages', { kind: 'cut' });
    await expect(send('a')).rejects.toThrow();
    expect(seen()).toContain('a');
  });

  it('can stall before acceptance, and accept although the caller has left', async () => {
    twin.faults.next('send-messages', { kind: 'stall', ms: 60, when: 'before' });
    const leave = new AbortController();
    const body = JSON.stringify({ chat: { chatId }, messages: [{ text: 'a' }] });
    const headers = { 'access-token': twin.credentials.accessToken, 'content-type': 'application/json' };
    const call = fetch(`${twin.baseUrl}/chats-actions/send-messages`, { method: 'POST', headers, body, signal: leave.signal });
    const refused = expect(call).rejects.toThrow();
    await twin.until(() => twin.calls.length === 1);
    leave.abort();
    await refused;
    await twin.until(() => seen().includes('a'));
  });

  it('can stall after acceptance', async () => {
    twin.faults.next('send-messages', { kind: 'stall', ms: 60, when: 'after' });
    const answer = send('a');
    await twin.until(() => seen().includes('a'));
    expect(twin.calls.at(-1)).toMatchObject({ status: null, accepted: true });
    expect((await answer).status).toBe(202);
  });

  it('can be silence, which only closing ends', async () => {
    twin.faults.next('send-messages', { kind: 'silence', when: 'after' });
    const answer = send('a').then(
      () => 'answered',
      () => 'broken off',
    );
    await twin.until(() => seen().includes('a'));
    await twin.close();
    expect(await answer).toBe('broken off');
  });

  it('can answer a page that is no answer, having accepted or not', async () => {
    twin.faults.next('send-messages', { kind: 'garbage' }, { kind: 'garbage', when: 'before', status: 200 }, { kind: 'garbage', body: '{}', contentType: 'application/json' });
    expect(await send('a')).toMatchObject({ status: 202, body: expect.stringContaining('<html>') });
    expect(await send('b')).toMatchObject({ status: 200, body: expect.stringContaining('<html>') });
    expect(await send('c')).toMatchObject({ status: 202, body: {} });
    expect(seen().slice(1)).toEqual(['a', 'c']);
  });

  it('can be a limit with headers, or an acceptance that is forgotten', async () => {
    twin.faults.next('send-messages', { kind: 'status', status: 429, when: 'before', headers: { 'retry-after': '2' } });
    twin.faults.next('send-messages', { kind: 'status', status: 202, when: 'before', body: { webhookNotificationId: 'T' } });
    const limited = await send('a');
    expect(limited).toMatchObject({ status: 429, body: undefined });
    expect(limited.headers.get('retry-after')).toBe('2');
    expect(await send('b')).toMatchObject({ status: 202, body: { webhookNotificationId: 'T' } });
    expect(seen()).toHaveLength(1);
  });

  it('waits for its own operation, in order, and is not used up by a wrong request', async () => {
    twin.faults.next('send-messages', { kind: 'status', status: 503, when: 'before' }, { kind: 'status', status: 502, when: 'before' });
    expect((await api.get('/channels')).status).toBe(200);
    expect((await api.post('/chats-actions/send-messages', { chat: { chatId } })).status).toBe(400);
    expect(twin.faults.pending('send-messages')).toBe(2);
    expect((await send('a')).status).toBe(503);
    expect((await send('a')).status).toBe(502);
    expect((await send('a')).status).toBe(202);
  });

  it('can come from a rule, until all is cleared', async () => {
    let turn = 0;
    twin.faults.decideBy((operation) => (operation === 'send-messages' && turn++ % 2 === 0 ? { kind: 'status', status: 500, when: 'before' } : undefined));
    expect([(await send('a')).status, (await send('a')).status, (await send('a')).status]).toEqual([500, 202, 500]);
    twin.faults.clear();
    expect((await send('a')).status).toBe(202);
  });

  it('can come from what is said, so that a seed hits the same message in every run', async () => {
    twin.faults.decideBy((_operation, body) => (JSON.stringify(body).includes('"b"') ? { kind: 'status', status: 500, when: 'before' } : undefined));
    expect([(await send('a')).status, (await send('b')).status, (await send('a')).status]).toEqual([202, 500, 202]);
  });
});

describe('a lag', () => {
  it('can be drawn from the text of the message that it is about', async () => {
    await twin.close();
    const asked: string[] = [];
    const lag = (what: string) => (text: string) => asked.push(`${what} ${text}`);
    twin = await BotmakerTwin.start({ echo: { delayMs: lag('echo') }, listingDelayMs: lag('listing'), statusDelays: { sentMs: lag('sent'), deliveredMs: 1, readMs: null } });
    api = new ApiCaller(twin.baseUrl, twin.credentials.accessToken);
    ({ chatId } = twin.customerWrites(CONTACT, 'hola'));
    await send('a');
    expect(asked).toEqual(expect.arrayContaining(['listing hola', 'listing a', 'sent a', 'echo a']));
  });
});
