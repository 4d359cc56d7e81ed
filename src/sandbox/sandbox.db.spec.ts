import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { EventStream } from '../../test/support/event-stream.js';
import { newDataDir } from '../../test/support/running-app.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { until } from '../../test/support/until.js';
import { addressOf, createApp } from '../create-app.js';
import { loadConfig, ModelBrake } from '../platform/index.js';
import type { ChatView } from './live/chat-view.js';
import type { EntryLine } from './live/entry-line.js';
import type { SandboxState } from './live/sandbox-views.service.js';
import { startSandbox, type Sandbox } from './sandbox.js';

let database: TestDatabase;
let sandbox: Sandbox;
let app: NestFastifyApplication;
let address: string;

beforeAll(async () => {
  database = await createTestDatabase();
  const config = loadConfig(
    { NODE_ENV: 'test', PORT: '0', MANAGEMENT_PORT: '0', LOG_LEVEL: 'silent', DATABASE_URL: database.url, DATA_DIR: newDataDir(), DEBOUNCE_MS: '100', DEBOUNCE_CAP_MS: '500', SEND_TIMEOUT_MS: '1000', SEND_DOUBT_MS: '2000', SWEEP_EVERY_MS: '0' },
    () => randomBytes(32).toString('base64'),
  );
  sandbox = await startSandbox(config);
  app = await createApp(sandbox.config, 'all', sandbox);
  await app.listen(0, '127.0.0.1');
  address = addressOf(app);
  await sandbox.connect(address);
});

let isClosed = false;

afterAll(async () => {
  if (!isClosed) await app.close();
  await sandbox.close();
  await database.drop();
});

const post = (path: string, body: object = {}, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${address}/sandbox/api/${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
const state = async (): Promise<SandboxState> => (await (await fetch(`${address}/sandbox/api/state`)).json()) as SandboxState;

/** The chat of Ana, who starts anew before each test. */
async function chat(): Promise<ChatView | undefined> {
  const { account, chats } = await state();
  return chats.find(({ chatId }) => chatId === account.customers[0]?.chatId);
}

/** Waits until Ana's chat is as described. */
const chatThat = (is: (chat: ChatView) => boolean, what: string): Promise<ChatView> =>
  until(async () => {
    const found = await chat();
    return found && is(found) ? found : null;
  }, what);

const by = ({ messages }: ChatView, author: string): ChatView['messages'] => messages.filter((message) => message.author === author);
const isAnswered = (view: ChatView): boolean => by(view, 'agent').length > 0;

beforeEach(async () => {
  await post('breakage/repair');
  await post('customers/ana/restart');
});

describe('the page', () => {
  it('comes with a policy that lets it load its own files and nothing else', async () => {
    const response = await fetch(`${address}/sandbox`);
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
    expect(await response.text()).toContain('<html lang="es">');
  });

  it('names only files that are served', async () => {
    const wanted = new Set(['main.js']);
    for (const name of wanted) {
      const response = await fetch(`${address}/sandbox/assets/${name}`);
      expect({ name, status: response.status }).toEqual({ name, status: 200 });
      for (const [, imported] of (await response.text()).matchAll(/from '\.\/([\w-]+\.js)'/g)) wanted.add(imported!);
    }
    const markup = await (await fetch(`${address}/sandbox`)).text();
    for (const [, name] of markup.matchAll(/"\/sandbox\/assets\/([^"]+)"/g)) expect((await fetch(`${address}/sandbox/assets/${name}`)).status).toBe(200);
    expect(wanted.size).toBeGreaterThan(15);
  });

  it('serves no file but its own', async () => {
    for (const name of ['page.controller.js', 'page-files.service.ts', '..%2Fsandbox.js', '%2e%2e%2fsandbox.module.js']) {
      expect((await fetch(`${address}/sandbox/assets/${name}`)).status).toBe(404);
    }
  });
});

describe('a conversation', () => {
  it('is answered by the flow, and by the agent where the flow hands over', async () => {
    await post('customers/ana/messages', { text: 'Hola' });
    const greeted = await chatThat((view) => by(view, 'customer')[0]?.handling?.state === 'ignored' && view.ours?.owner === 'flow', 'the greeting to be left to the flow');
    expect(by(greeted, 'flow')).toHaveLength(1);
    await post('customers/ana/messages', { text: '¿Hacen envíos a Córdoba?' });
    const answered = await chatThat((view) => by(view, 'agent')[0]?.status === 'read', 'an answer that was read');
    const question = by(answered, 'customer')[1];
    expect(question?.handling).toMatchObject({ state: 'done', outcome: 'Respondido' });
    expect(by(answered, 'agent')[0]?.runId).toBe(question?.runId);
    expect(answered.ours?.owner).toBe('agent');
    expect(answered.botmaker).toMatchObject({ isWindowOpen: true, operator: null, variables: { external_handoff: 'true' } });
    expect((await state()).account.violations).toEqual([]);
  });

  it('offers what the agent can tell as a list, and a tap on a row is answered', async () => {
    await post('customers/ana/messages', { text: '¿Venden helicópteros?' });
    const asked = await chatThat((view) => by(view, 'agent')[0]?.status === 'read', 'a list that was read');
    expect(by(asked, 'agent')).toMatchObject([{ text: expect.stringContaining('no tengo información'), opener: 'Ver temas', media: null, options: expect.arrayContaining([{ id: 'Envíos', label: 'Envíos', description: null }]) }]);
    expect((await post('customers/ana/taps', { option: 'Envíos' })).status).toBe(201);
    const answered = await chatThat((view) => by(view, 'agent').length === 2, 'an answer to the tap');
    expect(by(answered, 'customer')[1]?.text).toBe('Envíos');
    expect(by(answered, 'agent')[1]?.text).toMatch(/envío/i);
    expect((await state()).account.violations).toEqual([]);
  });

  it('is told to an open page as it happens, entry by entry and each once', async () => {
    const stream = await EventStream.open(`${address}/sandbox/api/events`);
    await until(() => stream.events.some(({ type }) => type === 'state'), 'the state');
    await post('customers/ana/messages', { text: '¿Cómo devuelvo un producto?' });
    const { chatId } = await chatThat(isAnswered, 'an answer');
    const entries = (): EntryLine[] => stream.of<EntryLine[]>('entries').flat().filter((entry) => entry.chatId === chatId);
    await until(() => entries().some(({ type }) => type === 'message.read'), 'the entry of the reading');
    const types = entries().map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(['inbox.accepted', 'chat.owner-changed', 'turn.queued', 'turn.decided', 'delivery.accepted', 'message.confirmed']));
    expect(new Set(entries().map(({ id }) => id)).size).toBe(entries().length);
    expect(new Set(entries().flatMap(({ runId }) => runId ?? [])).size).toBe(1);
    stream.close();
  });

  it('starts anew with a contact that nobody knows yet', async () => {
    await post('customers/ana/messages', { text: 'Hola' });
    const before = await chatThat(() => true, 'a chat');
    await post('customers/ana/restart');
    expect(await chat()).toBeUndefined();
    await post('customers/ana/messages', { text: 'Hola' });
    expect((await chatThat(() => true, 'a chat')).chatId).not.toBe(before.chatId);
  });

  it('goes on beside another one on another line', async () => {
    const added = (await (await post('customers', { line: 'webchat' })).json()) as { key: string };
    await post(`customers/${added.key}/messages`, { text: 'Hola' });
    const { account, chats } = await state();
    const visitor = account.customers.find(({ key }) => key === added.key);
    expect(visitor).toMatchObject({ line: 'webchat', contactId: expect.stringMatching(/^visita-/) });
    expect(chats.find(({ chatId }) => chatId === visitor?.chatId)?.botmaker.windowClosesAt).toBeNull();
  });
});

describe('the operator, the flow and the clock', () => {
  it('takes the chat silently, which only Botmaker knows, and with a message, which the log knows too', async () => {
    await post('customers/ana/messages', { text: '¿Puedo pagar en cuotas?' });
    const { chatId } = await chatThat(isAnswered, 'an answer');
    await post(`chats/${chatId}/take`);
    expect(await chat()).toMatchObject({ botmaker: { operator: 'Olga, operadora' }, ours: { owner: 'agent' } });
    await post(`chats/${chatId}/operator-messages`, { text: 'Sigo yo' });
    const taken = await chatThat(({ ours }) => ours?.owner === 'human', 'a human owner');
    expect(by(taken, 'operator')[0]).toMatchObject({ text: 'Sigo yo', authorName: 'Olga, operadora' });
    await post(`chats/${chatId}/release`);
    expect((await chat())?.botmaker.operator).toBeNull();
  });

  it('returns the chat to the flow by the intent that does so', async () => {
    await post('customers/ana/messages', { text: '¿Puedo pagar en cuotas?' });
    const { chatId } = await chatThat(isAnswered, 'an answer');
    await post(`chats/${chatId}/return-to-flow`);
    const returned = await chatThat(({ ours }) => ours?.owner === 'flow', 'the flow to own the chat');
    expect(returned.botmaker).toMatchObject({ mutedUntil: null, variables: { external_handoff: 'false' } });
  });

  it('closes the window and ends the mute', async () => {
    await post('customers/ana/messages', { text: '¿Puedo pagar en cuotas?' });
    const { chatId } = await chatThat(({ botmaker }) => botmaker.mutedUntil !== null, 'a muted bot');
    await post(`chats/${chatId}/close-window`);
    await post(`chats/${chatId}/expire-mute`);
    expect((await chat())?.botmaker).toMatchObject({ isWindowOpen: false, mutedUntil: null });
  });
});

describe('what is broken', () => {
  it('is one answer all the same when every notification comes twice', async () => {
    await post('breakage/switches', { name: 'duplicate-webhooks', on: true });
    await post('customers/ana/messages', { text: '¿Cuánto dura la garantía?' });
    const answered = await chatThat((view) => by(view, 'agent')[0]?.status === 'read', 'an answer that was read');
    expect(by(answered, 'agent')).toHaveLength(1);
    expect((await state()).account.switches).toMatchObject({ 'duplicate-webhooks': true, 'drop-webhooks': false });
  });

  it('hits the next send once, in the order in which it was asked for', async () => {
    await post('breakage/next-send', { name: 'too-many' });
    await post('breakage/next-send', { name: 'accepted-500' });
    expect((await state()).account.armed).toEqual(['too-many', 'accepted-500']);
    await post('customers/ana/messages', { text: '¿Cuánto dura la garantía?' });
    const answered = await chatThat((view) => by(view, 'customer')[0]?.handling?.state === 'done', 'the send to be settled');
    expect(by(answered, 'agent')).toHaveLength(1);
    expect((await state()).account.armed).toEqual([]);
  });

  it('shows a customer’s message as unanswered when WhatsApp refuses the answer', async () => {
    await post('breakage/switches', { name: 'refuse-deliveries', on: true });
    await post('customers/ana/messages', { text: '¿Cuánto dura la garantía?' });
    const refused = await chatThat((view) => by(view, 'customer')[0]?.handling?.state === 'problem', 'the failure to be known');
    expect(by(refused, 'agent')[0]).toMatchObject({ status: 'failed', failure: '131026 · Message undeliverable' });
    expect(by(refused, 'customer')[0]?.handling?.outcome).toBe('La respuesta no se entregó');
  });

  it('is counted when notifications are lost, and mended by one command', async () => {
    await post('breakage/switches', { name: 'drop-webhooks', on: true });
    await post('breakage/switches', { name: 'slow-echo', on: true });
    await post('breakage/switches', { name: 'slow-model', on: true });
    expect(app.get(ModelBrake).ms).toBeGreaterThan(0);
    await post('customers/ana/messages', { text: 'Hola' });
    const { account, chats } = await state();
    expect(account.droppedWebhooks).toBeGreaterThan(0);
    expect(chats[0]?.messages[0]?.handling).toBeNull();
    await post('breakage/repair');
    expect(Object.values((await state()).account.switches)).toEqual([false, false, false, false, false]);
    expect(app.get(ModelBrake).ms).toBe(0);
  });
});

describe('what the sandbox refuses', () => {
  it('is a request that another site’s page made', async () => {
    for (const headers of [{ origin: 'https://example.com' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }]) {
      const response = await post('breakage/repair', {}, headers as Record<string, string>);
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({ code: 'sandbox.other-origin' });
    }
    expect((await post('breakage/repair', {}, { origin: address })).status).toBe(204);
  });

  it('is what nobody knows: a customer, a chat, a button, a mishap, a field', async () => {
    expect((await post('customers/nadie/messages', { text: 'Hola' })).status).toBe(404);
    expect((await post('customers/ana/taps', { option: 'Comprar' })).status).toBe(404);
    expect((await post('chats/NOBODY/take')).status).toBe(404);
    expect((await post('breakage/next-send', { name: 'meteorite' })).status).toBe(400);
    expect((await post('customers/ana/messages', { text: '' })).status).toBe(400);
    expect((await post('customers/ana/messages', { text: 'Hola', extra: 1 })).status).toBe(400);
  });
});

describe('the end', () => {
  it('comes at once although a page is open, and ends its stream', async () => {
    const stream = await EventStream.open(`${address}/sandbox/api/events`);
    await until(() => stream.events.some(({ type }) => type === 'state'), 'the state');
    const startedAt = performance.now();
    isClosed = true;
    await app.close();
    expect(performance.now() - startedAt).toBeLessThan(5000);
    await until(() => stream.isEnded, 'the end of the stream');
  });
});
