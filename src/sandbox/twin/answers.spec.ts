import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { readFileSync } from 'node:fs';
import { ApiCaller, type ApiAnswer } from '../../../test/support/api-caller.js';
import { BotmakerTwin } from './botmaker-twin.js';
import { OPERATION_IDS, type OperationId } from './contract/operation-id.js';

interface Operation {
  readonly operationId: string;
  readonly responses: Record<string, { content?: { 'application/json'?: { schema: object } } }>;
}

// Its own reading of the contract, apart from the twin's, so that an error in that one does not hide itself.
const text = readFileSync(new URL('../../botmaker/contract/openapi.json', import.meta.url), 'utf8');
const document = JSON.parse(text.replaceAll('"oneOf"', '"anyOf"').replaceAll('"#/components', '"doc#/components')) as {
  paths: Record<string, Record<string, Operation>>;
};
const ajv = new Ajv({ strict: false });
formats.default(ajv);
ajv.addFormat('snake_case', true);
ajv.addSchema({ ...document, $id: 'doc' });

const LINE = 'acmebot-whatsapp-5491150000001';
const CONTACT = '5491150001234';
const CHAT = { channelId: LINE, contactId: CONTACT };
const tested = new Set<OperationId>();

let twin: BotmakerTwin;
let api: ApiCaller;
let chatId: string;
let messageId: string;

beforeAll(async () => {
  twin = await BotmakerTwin.start({ rateLimits: 'off', webhookRetry: { attempts: 1 } });
  await twin.setWebhookUrl('http://127.0.0.1:9/nobody');
  api = new ApiCaller(twin.baseUrl, twin.credentials.accessToken);
  ({ chatId, messageId } = twin.customerWrites({ contactId: CONTACT, firstName: 'Ana', lastName: 'Prueba' }, 'quiero cambiar un pedido'));
});
afterAll(() => twin.close());

function check(operation: OperationId, answer: ApiAnswer, status: number): unknown {
  tested.add(operation);
  expect(answer.status).toBe(status);
  const node = Object.values(document.paths).flatMap(Object.values<Operation>).find((one) => one.operationId === operation);
  const schema = node?.responses[String(status)]?.content?.['application/json']?.schema;
  if (!schema || status === 204) {
    if (operation !== 'private-file-temp-access-link') expect(answer.body).toBeUndefined();
    return answer.body;
  }
  // Only the prose says that nextPage is null on the last page.
  const body = JSON.parse(JSON.stringify(answer.body, (key, value: unknown) => (key === 'nextPage' && value === null ? undefined : value))) as unknown;
  const validate = ajv.compile(schema);
  expect(validate(body) ? [] : validate.errors).toEqual([]);
  return answer.body;
}

describe('the answer of', () => {
  it('send-messages and its fellows is accepted with an id', async () => {
    const sent = await api.post('/chats-actions/send-messages', { chat: CHAT, messages: [{ text: 'Hola', webhookPayload: '{}' }] });
    expect(check('send-messages', sent, 202)).toEqual({ webhookNotificationId: expect.stringMatching(/^[A-Z0-9]{20}$/) });
    check('trigger-intent', await api.post('/chats-actions/trigger-intent', { chat: { chatId }, intentIdOrName: 'MENU', postActionIntentIdOrName: 'EXT_MUTE' }), 202);
    const batch = { items: [{ chat: CHAT, intentIdOrName: 'MENU' }, { chat: CHAT, intentIdOrName: 'NO_EXISTE' }] };
    expect(check('batch-trigger-intent', await api.post('/chats-actions/batch/trigger-intent', batch), 202)).toEqual({
      items: [{ webhookNotificationId: expect.any(String) }, { errors: [expect.objectContaining({ source: 'intentIdOrName' })] }],
    });
    check('send-read-typing-feedback', await api.post('/chats-actions/send-read-typing-feedback', { ...CHAT, typing: true }), 204);
    check('create-reaction', await api.post('/chats-actions/send-reaction', { messageId, reaction: '👍' }), 202);
    check('delete-reaction', await api.call('DELETE', '/chats-actions/send-reaction', { messageId }), 202);
  });

  it('the chat operations has the state of the chat, by every kind of reference', async () => {
    for (const reference of [chatId, `${LINE}:${CONTACT}`, `5491150000001:${CONTACT}`]) {
      expect(check('get-chat', await api.get(`/chats/${reference}`), 200)).toMatchObject({ chat: { chatId, ...CHAT }, isBotMuted: true, variables: { external_handoff: 'true' } });
    }
    check('update-chat', await api.call('PATCH', `/chats/${chatId}`, { email: 'ana@example.com', tags: { lead: true }, variables: { plan: 'oro' } }), 200);
    expect(check('get-chat-variables', await api.get(`/chats/variables?chat-id=${chatId}`), 200)).toMatchObject({ items: expect.arrayContaining([expect.objectContaining({ name: 'plan', value: 'oro' })]) });
    for (const query of ['', `?channel-id=5491150000001&contact-id=${CONTACT}`, '?name=Ana-Prueba', '?emails=ana@example.com']) {
      expect(check('list-search-chats', await api.get(`/chats${query}`), 200)).toMatchObject({ items: [{ chat: { chatId }, tags: ['lead'] }], nextPage: null });
    }
    expect(check('list-search-chats', await api.get('/chats?only-users-never-talked=true'), 200)).toMatchObject({ items: [] });
  });

  it('the histories has what was said', async () => {
    const messages = check('list-messages', await api.get(`/messages?chat-id=${chatId}`), 200);
    expect(messages).toMatchObject({ items: expect.arrayContaining([expect.objectContaining({ id: messageId, from: 'user', content: { type: 'text', text: 'quiero cambiar un pedido' } })]) });
    expect(JSON.stringify(messages)).not.toContain('webhookPayload');
    const flags = 'include-open-sessions=true&include-messages=true&include-variables=true&include-events=true';
    expect(check('list-sessions', await api.get(`/sessions?${flags}&to=${new Date(Date.now() + 1000).toISOString()}`), 200)).toMatchObject({ items: [{ chat: { variables: { external_handoff: 'true' } } }] });
    expect(check('list-sessions', await api.get('/sessions'), 200)).toMatchObject({ items: [] });
  });

  it('the catalogue has channels, intents, templates and files', async () => {
    expect(check('list-channels', await api.get('/channels?platform=whatsapp&active=true'), 200)).toMatchObject({ items: [{ id: LINE, number: '5491150000001' }] });
    check('updateChannel', await api.call('PATCH', `/channels/${LINE}`, { name: 'Otra' }), 204);
    const { items } = check('list-intents', await api.get('/intents'), 200) as { items: { id: string; name: string }[] };
    expect(items.map((intent) => intent.name)).toEqual(expect.arrayContaining(['SALUDO', 'VOLVER_FLUJO', 'EXT_MUTE']));
    check('get-intent', await api.get(`/intents/${items[0]?.id ?? ''}`), 200);
    check('create-whatsapp-template', await api.post('/whatsapp/templates', { name: 'aviso_nuevo', body: { text: 'Hola {{1}}' } }), 201);
    expect(check('list-whatsapp-templates', await api.get('/whatsapp/templates?state=APPROVED'), 200)).toMatchObject({ items: [{ name: 'retomar_conversacion' }] });
    expect(check('get-whatsapp-template', await api.get('/whatsapp/templates/aviso_nuevo'), 200)).toMatchObject({ state: 'ACCOUNT_PENDING' });
    check('private-file-temp-access-link', await api.get('/private-media/temp-access-link?file-url=https://a.example/a.png'), 200);
  });

  it('the webhook operations has the flags, the token and the rules', async () => {
    const { items } = check('list-webhooks', await api.get('/webhooks'), 200) as { items: { id: string; token: string }[] };
    expect(items).toMatchObject([{ active: true, token: twin.webhookToken, messagesNotifications: { notifyStatusChanges: true } }]);
    const base = `/webhooks/${items[0]?.id ?? ''}`;
    const rule = { URL: 'https://dev.example.com/hook', name: 'dev', chatsMatchProps: [{ webhookEnv: 'test' }] };
    const { id } = check('create-webhook-redirection-rule', await api.post(`${base}/redirection-rules`, rule), 201) as { id: string };
    check('get-webhook-redirection-rule', await api.get(`${base}/redirection-rules/${id}`), 200);
    check('update-webhook-redirection-rule', await api.call('PATCH', `${base}/redirection-rules/${id}`, { name: 'dev 2' }), 200);
    expect(check('get-webhook', await api.get(base), 200)).toMatchObject({ redirectionRules: [{ id, ...rule, name: 'dev 2' }] });
    expect(check('list-webhooks', await api.get('/webhooks'), 200)).toMatchObject({ items: [{ redirectionRules: [rule.URL] }] });
    check('delete-webhook-redirection-rule', await api.call('DELETE', `${base}/redirection-rules/${id}`), 204);
    check('get-webhook-redirection-rule', await api.get(`${base}/redirection-rules/${id}`), 404);
  });

  it('the notifications has counters, and leaves out who is on the blacklist', async () => {
    check('contacts-blacklist', await api.post('/notifications/contacts-blacklist', { contacts: ['5491159999999'] }), 204);
    expect(check('contacts-blacklist_2', await api.get('/notifications/contacts-blacklist'), 200)).toMatchObject({ contacts: ['5491159999999'] });
    const contacts = [{ contactId: '5491159999999', variables: { nombre: 'A' } }, { contactId: '5491158888888', variables: { nombre: 'B' } }];
    check('send-notification', await api.post('/notifications', { channelId: LINE, name: 'retomar', intentIdOrName: 'retomar_conversacion', contacts }), 201);
    expect(twin.chat(`${LINE}:5491159999999`)).toBeUndefined();
    await twin.until(() => twin.chat(`${LINE}:5491158888888`)?.messages[0]?.status === 'read');
    const results = check('list-sent-notifications-results', await api.get('/notifications/sent-results?notification-name=retomar'), 200);
    expect(results).toMatchObject({ items: [{ details: { sent: 1, read: 1, error: 0 } }] });
    check('contacts-blacklist_1', await api.call('DELETE', '/notifications/contacts-blacklist/5491159999999'), 204);
  });

  it('unknown things is 404 or 400, as documented, and no violation', async () => {
    const before = twin.violations.length;
    check('get-chat', await api.get('/chats/AAAAAAAAAAAAAAAAAAAA'), 404);
    check('get-intent', await api.get('/intents/NO_EXISTE'), 404);
    check('updateChannel', await api.call('PATCH', '/channels/x', { active: false }), 404);
    check('send-messages', await api.post('/chats-actions/send-messages', { chat: { chatId: 'AAAAAAAAAAAAAAAAAAAA' }, messages: [{ text: 'a' }] }), 400);
    check('trigger-intent', await api.post('/chats-actions/trigger-intent', { chat: CHAT, intentIdOrName: 'NO_EXISTE' }), 400);
    check('send-read-typing-feedback', await api.post('/chats-actions/send-read-typing-feedback', { channelId: LINE, contactId: '1' }), 500);
    expect(twin.violations.slice(before)).toEqual([]);
  });

  it('the credentials has the current pair, and nothing works once they are deleted', async () => {
    expect(check('get-api-credentials', await api.get('/auth/credentials'), 200)).toEqual(twin.credentials);
    const { clientId, secretId, refreshToken } = twin.credentials;
    const pair = check('refresh-api-credentials', await api.post('/auth/credentials', { clientId, secretId, refreshToken }), 200);
    expect(pair).toEqual(twin.credentials);
    api.accessToken = twin.credentials.accessToken;
    check('deleteAPICredentials', await api.call('DELETE', '/auth/credentials'), 204);
    expect((await api.get('/channels')).status).toBe(401);
  });

  it('every operation was looked at here, and none broke a rule', () => {
    expect([...tested].sort()).toEqual([...OPERATION_IDS].sort());
    expect(twin.violations).toEqual([]);
  });
});
