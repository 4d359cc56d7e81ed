import { afterEach, describe, expect, it } from '@jest/globals';
import { ApiCaller } from '../../../test/support/api-caller.js';
import { BotmakerTwin } from './botmaker-twin.js';
import type { TwinOptions } from './twin-options.js';

const FIVE_YEARS_MS = 5 * 365 * 24 * 3600 * 1000;

let twin: BotmakerTwin;
let api: ApiCaller;
let clock = new Date('2026-03-02T12:00:00.000Z');

async function start(options: TwinOptions = {}): Promise<void> {
  clock = new Date('2026-03-02T12:00:00.000Z');
  twin = await BotmakerTwin.start({ now: () => clock, ...options });
  api = new ApiCaller(twin.baseUrl, twin.credentials.accessToken);
}

function advance(ms: number): void {
  clock = new Date(clock.getTime() + ms);
}

async function statuses(count: number, call: () => Promise<{ status: number }>): Promise<number[]> {
  const answers = await Promise.all(Array.from({ length: count }, call));
  return answers.map((answer) => answer.status).sort();
}

afterEach(() => twin.close());

describe('the access token', () => {
  it('is looked for, and its absence is a violation', async () => {
    await start();
    api.accessToken = null;
    expect(await api.get('/channels')).toMatchObject({ status: 401, body: undefined });
    expect(twin.violations).toMatchObject([{ operation: 'list-channels', reason: expect.stringContaining('access-token') }]);
  });

  it('must be the right one', async () => {
    await start();
    api.accessToken = 'eyJ...***';
    expect((await api.get('/channels')).status).toBe(401);
    expect(twin.violations).toEqual([]);
  });

  it('is an HS512 token with the claims that were seen, and dies after five years', async () => {
    await start();
    const [header = '', claims = ''] = twin.credentials.accessToken.split('.');
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({ alg: 'HS512' });
    expect(Object.keys(JSON.parse(Buffer.from(claims, 'base64url').toString()) as object)).toEqual(['businessId', 'name', 'api', 'id', 'exp', 'jti']);
    advance(FIVE_YEARS_MS - 60_000);
    expect((await api.get('/channels')).status).toBe(200);
    advance(60_000);
    expect((await api.get('/channels')).status).toBe(401);
  });

  it('can be replaced even when it has expired', async () => {
    await start();
    twin.expireAccessToken();
    expect((await api.get('/channels')).status).toBe(401);
    const { clientId, secretId, refreshToken } = twin.credentials;
    expect((await api.post('/auth/credentials', { clientId, secretId, refreshToken })).status).toBe(200);
    api.accessToken = twin.credentials.accessToken;
    expect((await api.get('/channels')).status).toBe(200);
  });
});

describe('rotating the credentials', () => {
  it('renews both tokens, and the old ones die at once', async () => {
    await start();
    const old = twin.credentials;
    const answer = await api.post('/auth/credentials', { clientId: old.clientId, secretId: old.secretId, refreshToken: old.refreshToken });
    expect(answer.body).toEqual(twin.credentials);
    expect(twin.credentials.accessToken).not.toBe(old.accessToken);
    expect(twin.credentials.refreshToken).not.toBe(old.refreshToken);
    expect((await api.get('/channels')).status).toBe(401);
    const again = await api.post('/auth/credentials', { clientId: old.clientId, secretId: old.secretId, refreshToken: old.refreshToken });
    expect(again).toMatchObject({ status: 401, body: undefined });
  });

  it('can let the old access token live on', async () => {
    await start({ rotation: { oldAccessToken: 'lives' } });
    const { clientId, secretId, refreshToken } = twin.credentials;
    await api.post('/auth/credentials', { clientId, secretId, refreshToken });
    expect((await api.get('/channels')).status).toBe(200);
  });

  it('needs the right secret', async () => {
    await start();
    const { clientId, refreshToken } = twin.credentials;
    expect((await api.post('/auth/credentials', { clientId, secretId: 'no', refreshToken })).status).toBe(401);
  });
});

describe('the documented limits', () => {
  it('allow 3 refreshes a minute', async () => {
    await start({ rotation: { oldAccessToken: 'lives', oldRefreshToken: 'lives' } });
    const { clientId, secretId, refreshToken } = twin.credentials;
    const refresh = () => api.post('/auth/credentials', { clientId, secretId, refreshToken });
    expect(await statuses(4, refresh)).toEqual([200, 200, 200, 429]);
    advance(59_999);
    expect((await refresh()).status).toBe(429);
    advance(1);
    expect((await refresh()).status).toBe(200);
  });

  it('allow 350 send-messages a second, and say no more than 429', async () => {
    await start();
    const send = () => api.post('/chats-actions/send-messages', { chat: { channelId: twin.channelId, contactId: '5491150001234' }, messages: [{ text: 'a' }] });
    const answers = await statuses(352, send);
    expect(answers.filter((status) => status === 202)).toHaveLength(350);
    const refused = await send();
    expect(refused).toMatchObject({ status: 429, body: undefined });
    expect(refused.headers.get('retry-after')).toBeNull();
    advance(1_000);
    expect((await send()).status).toBe(202);
  });

  it('slide: 3 reads of chats in any second, counted apart from the list', async () => {
    await start();
    const { chatId } = twin.customerWrites('5491150001234', 'hola');
    const read = () => api.get(`/chats/${chatId}`);
    expect(await statuses(2, read)).toEqual([200, 200]);
    advance(900);
    expect(await statuses(2, read)).toEqual([200, 429]);
    advance(100);
    expect(await statuses(3, read)).toEqual([200, 200, 429]);
    expect((await api.get('/chats')).status).toBe(200);
  });

  it('do not hold trigger-intent, which has none', async () => {
    await start();
    const trigger = () => api.post('/chats-actions/trigger-intent', { chat: { channelId: twin.channelId, contactId: '1' }, intentIdOrName: 'EXT_MUTE' });
    expect(new Set(await statuses(100, trigger))).toEqual(new Set([202]));
  });

  it('can be switched off', async () => {
    await start({ rateLimits: 'off' });
    expect(await statuses(3, () => api.get('/channels'))).toEqual([200, 200, 200]);
  });
});
