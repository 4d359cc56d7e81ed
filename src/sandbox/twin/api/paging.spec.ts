import { afterEach, describe, expect, it } from '@jest/globals';
import { ApiCaller } from '../../../../test/support/api-caller.js';
import { BotmakerTwin } from '../botmaker-twin.js';
import type { TwinOptions } from '../twin-options.js';

const CONTACT = '5491150001234';

interface PageBody {
  readonly items: { readonly id: string; readonly chat: { readonly chatId: string }; readonly content: { readonly text: string } }[];
  readonly nextPage: string | null;
}

let twin: BotmakerTwin;
let api: ApiCaller;
let clock: Date;

async function start(options: TwinOptions = {}): Promise<void> {
  clock = new Date('2026-03-02T12:00:00.000Z');
  twin = await BotmakerTwin.start({ rateLimits: 'off', now: () => clock, ...options });
  api = new ApiCaller(twin.baseUrl, twin.credentials.accessToken);
}

async function page(path: string): Promise<PageBody> {
  const answer = await api.get(path);
  expect(answer.status).toBe(200);
  return answer.body as PageBody;
}

async function allPages(path: string): Promise<PageBody[]> {
  const pages = [await page(path)];
  for (let next = pages[0]?.nextPage; next; next = pages.at(-1)?.nextPage) pages.push(await page(next));
  return pages;
}

afterEach(() => twin.close());

describe('GET /messages', () => {
  it('is read page by page, in order of creation, every message once', async () => {
    await start();
    const { chatId } = twin.customerWrites(CONTACT, 'ayuda');
    for (let index = 0; index < 598; index++) twin.customerWrites(CONTACT, `m${index}`);
    const pages = await allPages(`/messages?chat-id=${chatId}&limit=250`);
    expect(pages.map((one) => one.items.length)).toEqual([250, 250, 100]);
    expect(pages.at(-1)?.nextPage).toBeNull();
    const items = pages.flatMap((one) => one.items);
    expect(new Set(items.map((item) => item.id)).size).toBe(600);
    expect(items.slice(2).map((item) => item.content.text)).toEqual(Array.from({ length: 598 }, (_, index) => `m${index}`));
  });

  it('gives at most 1000 per page, and shows on a later page what was written meanwhile', async () => {
    await start();
    const { chatId } = twin.customerWrites(CONTACT, 'ayuda');
    for (let index = 0; index < 1000; index++) twin.customerWrites(CONTACT, `m${index}`);
    const first = await page(`/messages?chat-id=${chatId}&limit=1500`);
    expect(first.items).toHaveLength(1000);
    twin.customerWrites(CONTACT, 'nuevo');
    const second = await page(first.nextPage ?? '');
    expect(second.items.map((item) => item.content.text)).toEqual(['m998', 'm999', 'nuevo']);
  });

  it('refuses a link that was altered on the way', async () => {
    await start();
    const { chatId } = twin.customerWrites(CONTACT, 'ayuda');
    for (let index = 0; index < 300; index++) twin.customerWrites(CONTACT, `m${index}`);
    const { nextPage } = await page(`/messages?chat-id=${chatId}&limit=250`);
    const altered = (nextPage ?? '').replace('limit=250', 'limit=300');
    expect((await api.get(altered)).status).toBe(400);
    expect(twin.violations).toMatchObject([{ operation: 'list-messages', reason: expect.stringContaining('unchanged') }]);
  });

  it('lists by chat, by contact and by time', async () => {
    await start();
    twin.customerWrites(CONTACT, 'ayuda');
    twin.customerWrites('5491159999999', 'otra persona');
    clock = new Date('2026-03-02T12:20:00.000Z');
    twin.customerWrites(CONTACT, 'más tarde');
    const texts = async (query: string) => (await page(`/messages?${query}`)).items.map((item) => item.content.text);
    expect(await texts('')).toHaveLength(5);
    expect(await texts(`channel-id=5491150000001&contact-id=${CONTACT}`)).toEqual(['ayuda', 'Te paso con nuestro asistente.', 'más tarde']);
    expect(await texts('from=2026-03-02T12:10:00.000Z')).toEqual(['más tarde']);
    expect(await texts('to=2026-03-02T12:00:00.000Z&chat-platform=whatsapp')).toEqual(['ayuda', 'otra persona']);
    expect(await texts('chat-platform=webchat')).toEqual([]);
  });

  it('may list a message later than it was sent', async () => {
    await start({ listingDelayMs: 9_000 });
    const { chatId } = twin.customerWrites(CONTACT, 'ayuda');
    expect((await page(`/messages?chat-id=${chatId}`)).items).toEqual([]);
    clock = new Date(clock.getTime() + 9_000);
    expect((await page(`/messages?chat-id=${chatId}`)).items).toHaveLength(2);
  });
});

describe('GET /chats', () => {
  it('goes from the latest activity backwards, 250 per page, skipping none that stays', async () => {
    await start();
    const ids: string[] = [];
    for (let index = 0; index < 260; index++) {
      clock = new Date(clock.getTime() + 1_000);
      ids.push(twin.customerWrites(`54911${index}`, 'hola').chatId);
    }
    const first = await page('/chats');
    expect(first.items).toHaveLength(250);
    clock = new Date(clock.getTime() + 1_000);
    twin.customerWrites('54911100', 'otra vez');
    const second = await page(first.nextPage ?? '');
    expect([...first.items, ...second.items].map((item) => item.chat.chatId)).toEqual(ids.reverse());
    expect((await page('/chats')).items[0]?.chat.chatId).toBe(twin.chat(`${twin.channelId}:54911100`)?.chatId);
  });

  it('shows only the last day unless asked for more', async () => {
    await start();
    twin.customerWrites(CONTACT, 'hola');
    clock = new Date(clock.getTime() + 25 * 3600_000);
    expect((await page('/chats')).items).toEqual([]);
    expect((await page('/chats?from=2026-03-01T00:00:00Z')).items).toHaveLength(1);
    expect((await page(`/chats?channel-id=5491150000001&contact-id=${CONTACT}`)).items).toHaveLength(1);
  });
});
