import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiCaller } from '../../../test/support/api-caller.js';
import { BotmakerTwin } from './botmaker-twin.js';

const CHAT = { channelId: 'acmebot-whatsapp-5491150000001', contactId: '5491150001234' };
const row = (id: number) => ({ id: `r${id}`, title: `Fila ${id}` });
const list = (sections: unknown, more: object = {}) => ({
  whatsappInteractive: { body: 'Elegí', action: { type: 'list', button: 'Ver', sections }, ...more },
});
const message = (one: unknown) => ({ chat: CHAT, messages: [one] });

let twin: BotmakerTwin;
let api: ApiCaller;

beforeAll(async () => {
  twin = await BotmakerTwin.start({ rateLimits: 'off' });
  api = new ApiCaller(twin.baseUrl, twin.credentials.accessToken);
});
afterAll(() => twin.close());

describe('a request that the contract does not allow', () => {
  it.each<[string, string, unknown, RegExp]>([
    ['ids that are flat', '/chats-actions/send-messages', { ...CHAT, messages: [{ text: 'a' }] }, /chat/],
    ['an object as webhookPayload', '/chats-actions/send-messages', message({ text: 'a', webhookPayload: { runId: '1' } }), /webhookPayload: must be string/],
    ['chatId beside channelId', '/chats-actions/send-messages', { chat: { ...CHAT, chatId: 'X' }, messages: [{ text: 'a' }] }, /chatId goes alone/],
    ['channelId alone', '/chats-actions/send-messages', { chat: { channelId: 'c' }, messages: [{ text: 'a' }] }, /needs chatId, or both/],
    ['an empty chat', '/chats-actions/send-messages', { chat: {}, messages: [{ text: 'a' }] }, /needs chatId, or both/],
    ['no messages', '/chats-actions/send-messages', { chat: CHAT }, /nothing to send/],
    ['a message without content', '/chats-actions/send-messages', message({ webhookPayload: 'x' }), /needs text, media/],
    ['an empty text', '/chats-actions/send-messages', message({ text: ' ' }), /text: empty/],
    ['an unknown field', '/chats-actions/send-messages', message({ text: 'a', type: 'text' }), /additional properties \(type\)/],
    ['coordinates as numbers', '/chats-actions/send-messages', message({ location: { latitude: -34.6, longitude: -58.3 } }), /must be string/],
    ['coordinates that are none', '/chats-actions/send-messages', message({ location: { latitude: 'aquí', longitude: '1' } }), /decimal numbers/],
    ['a caption on media', '/chats-actions/send-messages', message({ media: { url: 'https://a.example/a.png', caption: 'x' } }), /caption/],
    ['an unknown media type', '/chats-actions/send-messages', message({ media: { url: 'https://a.example/a', mimeType: 'image/webp' } }), /mimeType/],
    ['media without an address', '/chats-actions/send-messages', message({ media: { mimeType: 'image/png' } }), /http/],
    ['a button without intent', '/chats-actions/send-messages', message({ text: 'a', buttons: [{ label: 'Sí' }] }), /needs an intent/],
    ['a list of eleven rows', '/chats-actions/send-messages', message(list([{ title: 'A', rows: [1, 2, 3, 4, 5, 6].map(row) }, { title: 'B', rows: [7, 8, 9, 10, 11].map(row) }])), /11 rows/],
    ['two sections without titles', '/chats-actions/send-messages', message(list([{ rows: [row(1)] }, { rows: [row(2)] }])), /section needs a title/],
    ['a row title of 25 characters', '/chats-actions/send-messages', message(list([{ rows: [{ id: 'a', title: 'x'.repeat(25) }] }])), /24/],
    ['a row description of 73 characters', '/chats-actions/send-messages', message(list([{ rows: [{ ...row(1), description: 'x'.repeat(73) }] }])), /72/],
    ['rows with the same id', '/chats-actions/send-messages', message(list([{ rows: [row(1), row(1)] }])), /unique/],
    ['a list footer of 61 characters', '/chats-actions/send-messages', message(list([{ rows: [row(1)] }], { footer: 'x'.repeat(61) })), /60/],
    ['a header on a location request', '/chats-actions/send-messages', message({ whatsappInteractive: { body: 'a', header: { type: 'text', content: 'h' }, action: { type: 'requestLocation' } } }), /no header/],
    ['four intent buttons', '/chats-actions/send-messages', message({ whatsappInteractive: { body: 'a', action: { type: 'intent', buttons: [1, 2, 3, 4].map((n) => ({ label: `${n}`, intent: 'X' })) } } }), /3 items/],
    ['a button label of 21 characters', '/chats-actions/send-messages', message({ whatsappInteractive: { body: 'a', action: { type: 'intent', buttons: [{ label: 'x'.repeat(21), intent: 'X' }] } } }), /20 characters/],
    ['two buttons with one label', '/chats-actions/send-messages', message({ whatsappInteractive: { body: 'a', action: { type: 'intent', buttons: [1, 2].map((n) => ({ label: 'Sí', intent: `X${n}` })) } } }), /unique/],
    ['a list opened by 21 characters', '/chats-actions/send-messages', message({ whatsappInteractive: { body: 'a', action: { type: 'list', button: 'x'.repeat(21), sections: [{ rows: [row(1)] }] } } }), /20/],
    ['a body of 1025 characters', '/chats-actions/send-messages', message({ whatsappInteractive: { ...list([{ rows: [row(1)] }]).whatsappInteractive, body: 'x'.repeat(1025) } }), /1024/],
    ['a text of 4097 characters', '/chats-actions/send-messages', message({ text: 'x'.repeat(4097) }), /4096/],
    ['trigger-intent without an intent', '/chats-actions/trigger-intent', { chat: CHAT }, /intentIdOrName/],
    ['a variable that is not a string', '/chats-actions/trigger-intent', { chat: CHAT, intentIdOrName: 'MENU', variables: { a: 1 } }, /must be string/],
    ['a batch of 501', '/chats-actions/batch/trigger-intent', { items: Array.from({ length: 501 }, () => ({ chat: CHAT, intentIdOrName: 'MENU' })) }, /at most 500/],
    ['typing with a nested chat', '/chats-actions/send-read-typing-feedback', { chat: CHAT, typing: true }, /channelId/],
    ['typing named isTyping', '/chats-actions/send-read-typing-feedback', { ...CHAT, isTyping: true }, /isTyping/],
    ['a reaction that is no emoji', '/chats-actions/send-reaction', { messageId: 'M', reaction: 'ok' }, /emoji/],
    ['a refresh without its secret', '/auth/credentials', { clientId: 'a', refreshToken: 'b' }, /secretId/],
    ['a body that is no JSON', '/chats-actions/send-messages', '{"chat":', /not JSON/],
    ['no body at all', '/chats-actions/send-messages', undefined, /missing/],
  ])('is refused and recorded: %s', async (_title, path, body, reason) => {
    const before = twin.violations.length;
    const answer = await api.post(path, body);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({ errors: expect.arrayContaining([expect.objectContaining({ type: 'BAD_REQUEST' })]) });
    const reasons = twin.violations.slice(before).map((violation) => violation.reason);
    expect(reasons.join('\n')).toMatch(reason);
  });

  it.each([
    ['/messages?limit=100', /limit/],
    ['/messages?channel-id=c', /go together/],
    ['/messages?from=2020-01-01T00:00:00Z', /longer than 3 days/],
    ['/messages?from=yesterday', /date-time/],
    ['/messages?chatId=X', /chatId/],
    ['/chats?contact-id=5491150001234', /needs channel-id/],
    ['/chats?from=2020-01-01T00:00:00Z', /long-term-search/],
    ['/chats/variables', /chat-id/],
    ['/notifications/sent-results', /from and to/],
  ])('is refused and recorded: GET %s', async (path, reason) => {
    const before = twin.violations.length;
    expect((await api.get(path)).status).toBe(400);
    expect(twin.violations.slice(before).map((violation) => violation.reason).join('\n')).toMatch(reason);
  });

  it('answers 404 to the path that circulates in tutorials, and records it', async () => {
    const before = twin.violations.length;
    const answer = await api.post('/chats-actions/send-message', { channelId: 'c', contactId: 'd', message: { text: 'a' } });
    expect(answer.status).toBe(404);
    expect(twin.violations.slice(before)).toMatchObject([{ operation: 'unknown', method: 'POST' }]);
    expect(twin.calls.at(-1)).toMatchObject({ operation: 'unknown', status: 404, accepted: false });
  });

  it('takes no effect', () => {
    expect(twin.chats()).toEqual([]);
  });
});
