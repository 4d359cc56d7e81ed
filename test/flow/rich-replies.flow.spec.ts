import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { ModelRequest, ModelStep } from '../support/model-server.js';
import { doubtMs, Talk } from '../support/talk.js';
import type { Channel, Fault, MessageContent, TwinOptions } from '../support/twin.js';
import { until } from '../support/until.js';

/*
 * Answers that are more than text, as each channel shows them: what the customer sees, what comes back when he taps or types a
 * number, and what becomes of a list whose send got no answer. The twin refuses whatever exceeds a limit.
 */
const lines = {
  whatsapp: { id: 'acmebot-whatsapp-5491150000001', platform: 'whatsapp', number: '5491150000001', name: 'Línea', isActive: true },
  instagram: { id: 'acmebot-instagram-17841400000000001', platform: 'instagram', number: null, name: 'Instagram', isActive: true },
  webchat: { id: 'acmebot-webchat-null', platform: 'webchat', number: null, name: 'Chat del sitio', isActive: true },
} as const satisfies Record<string, Channel>;
const channels = Object.values(lines);
const picture = 'https://tienda.test/guia/talles.png';
/** Twelve looks that prove nothing, two seconds apart, on a slow machine. */
const long = 60_000;

let talk: Talk;
/** What the model answers to a customer whose last words are these. */
const answers = new Map<string, (request: ModelRequest) => ModelStep>();

beforeAll(async () => {
  const knowledge = mkdtempSync(join(process.env['TEST_POSTGRES_DIR'] ?? '', 'knowledge-'));
  writeFileSync(join(knowledge, 'talles.md'), `---\ntitle: Guía de talles\nlanguage: es\ntags: [talle, medida]\n---\n\nUsamos talles europeos.\n\n![Guía de talles](${picture})\n`);
  talk = await Talk.start({ channels }, { KNOWLEDGE_DIR: knowledge });
  talk.model.script((request) => answers.get(lastWords(request))?.(request) ?? reply({ parts: ['No sé.'] }));
});
afterAll(() => talk.stop());
afterEach(() => expect(talk.twin.violations).toEqual([]));

const reply = (args: object): ModelStep => ({ toolCalls: [{ name: 'reply', arguments: args }] });
const spoken = ({ body }: ModelRequest): string[] => body.messages.map(({ content }) => content ?? '');
const lastWords = (request: ModelRequest): string => [...spoken(request).join('\n').matchAll(/autor="cliente"[^>]*>([^<]*)<\/mensaje>/g)].at(-1)?.[1] ?? '';
const askedOf = (words: string): Promise<ModelRequest> => until(() => talk.model.requests.findLast((request) => lastWords(request) === words), `the model to be asked about ${words}`, long);

const became = (chat: string, states: string[]): ReturnType<Talk['became']> => talk.became(chat, states, long);

let customers = 0;
const customerOn = (line: keyof typeof lines): { contactId: string; channelId: string } => ({ contactId: `54911504${String(1000 + customers++)}`, channelId: lines[line].id });
const write = (customer: { contactId: string; channelId: string }, words: string, answer: object): string => {
  answers.set(words, () => reply(answer));
  return talk.twin.customerWrites(customer, words).chatId;
};
const seen = (chat: string): MessageContent[] => talk.twin.sent(chat).filter(({ origin }) => origin === 'api').map(({ content }) => content);

const subjects = { title: '¿Sobre **qué** tema?', button: 'Ver temas', choices: [{ title: 'Envíos', description: 'Costos y plazos' }, { title: 'Garantía' }] };

describe('a question with choices', () => {
  it('is a list on WhatsApp; a tap tells the model what was chosen, and from what', async () => {
    const customer = customerOn('whatsapp');
    const chat = write(customer, 'qué me podés contar', { parts: ['¡Hola!'], options: subjects });
    await became(chat, ['read', 'read']);
    expect(seen(chat)).toEqual([
      { text: '¡Hola!' },
      { text: '¿Sobre *qué* tema?', opener: 'Ver temas', options: [{ kind: 'row', id: 'Envíos', label: 'Envíos', description: 'Costos y plazos' }, { kind: 'row', id: 'Garantía', label: 'Garantía' }] },
    ]);
    const missing = await talk.app.prisma.$queryRaw`SELECT event_id FROM analytics.unanswered JOIN chat ON chat.id = chat_id WHERE botmaker_chat_id = ${chat}`;
    expect(missing).toEqual([]);
    answers.set('[elige: Garantía]', () => reply({ parts: ['Doce meses.'] }));
    talk.twin.customerTaps(customer, 'Garantía');
    await became(chat, ['read', 'read', 'read']);
    expect(seen(chat).at(-1)).toEqual({ text: 'Doce meses.' });
    const asked = await askedOf('[elige: Garantía]');
    expect(asked.body.messages).toContainEqual(expect.objectContaining({ role: 'assistant', content: '¿Sobre *qué* tema?\n\n1. Envíos – Costos y plazos\n2. Garantía' }));
  });

  it('is numbered text on Instagram, and the number that comes back stands behind it in what the model reads', async () => {
    const customer = customerOn('instagram');
    const chat = write(customer, 'qué sabés', { options: subjects });
    await became(chat, ['read']);
    expect(seen(chat)).toEqual([{ text: '¿Sobre qué tema?\n\n1. Envíos – Costos y plazos\n2. Garantía' }]);
    answers.set('2', () => reply({ parts: ['Doce meses.'] }));
    talk.twin.customerWrites(customer, '2');
    await became(chat, ['read', 'read']);
    const { body } = await askedOf('2');
    const list = body.messages.findIndex(({ role, content }) => role === 'assistant' && content?.includes('2. Garantía'));
    expect(list).toBeGreaterThan(0);
    expect(body.messages.slice(list + 1).some(({ content }) => content?.includes('>2</mensaje>'))).toBe(true);
  });

  it('that exceeds WhatsApp’s limits is numbered text, and Botmaker refuses nothing', async () => {
    const many = Array.from({ length: 11 }, (_, index) => ({ title: `Sucursal número ${index + 1}` }));
    const wide = [{ title: 'Una opción con un título demasiado largo' }, { title: 'Otra', description: 'x'.repeat(80) }];
    for (const [words, choices] of [['todas las sucursales', many], ['opciones largas', wide]] as const) {
      const chat = write(customerOn('whatsapp'), words, { options: { title: '¿Cuál?', choices } });
      await became(chat, ['read']);
      expect(seen(chat)).toEqual([{ text: expect.stringMatching(/^¿Cuál\?\n\n1\. /) }]);
    }
  });

  it.each(['whatsapp', 'webchat'] as const)('whose choices lead to the flow’s intents is buttons on %s, and a tap gives the chat back', async (line) => {
    const customer = customerOn(line);
    const chat = write(customer, `seguimos por ${line}`, { options: { title: '¿Seguimos?', choices: [{ title: 'Volver al menú', intent: 'menu' }, { title: 'Una persona', intent: 'persona' }] } });
    await became(chat, ['read']);
    expect(seen(chat)).toEqual([{ text: '¿Seguimos?', options: [{ kind: 'intent', label: 'Volver al menú', intent: 'VOLVER_FLUJO' }, { kind: 'intent', label: 'Una persona', intent: 'DERIVAR_A_PERSONA' }] }]);
    talk.twin.customerTaps(customer, 'Volver al menú');
    await until(async () => (await talk.app.prisma.conversation.findFirst({ where: { chat: { botmakerChatId: chat } } }))?.owner === 'flow', 'the flow to have the chat', long);
    await talk.twin.settled();
    expect(seen(chat)).toHaveLength(1);
  });

  it('names no intent but those of the configuration: any other is a row like the rest', async () => {
    const chat = write(customerOn('whatsapp'), 'cobrame', { options: { title: '¿Qué hago?', choices: [{ title: 'Pagar', intent: 'COBRAR' }, { title: 'Nada', intent: 'menu' }] } });
    await became(chat, ['read']);
    expect(seen(chat)[0]?.options).toEqual([{ kind: 'row', id: 'Pagar', label: 'Pagar' }, { kind: 'row', id: 'Nada', label: 'Nada' }]);
  });
});

describe('an answer in Markdown', () => {
  const markdown = '## Envíos\n\n- **Gratis** desde $60.000\n- Ver [la web](https://tienda.test/envios)';

  it('has WhatsApp’s own marks there, and none where nothing is marked', async () => {
    const marked = write(customerOn('whatsapp'), 'envíos por whatsapp', { parts: [markdown] });
    const plain = write(customerOn('webchat'), 'envíos por la web', { parts: [markdown] });
    await Promise.all([became(marked, ['read']), became(plain, ['read'])]);
    expect(talk.sent(marked)).toEqual(['*Envíos*\n\n• *Gratis* desde $60.000\n• Ver la web (https://tienda.test/envios)']);
    expect(talk.sent(plain)).toEqual(['Envíos\n\n• Gratis desde $60.000\n• Ver la web (https://tienda.test/envios)']);
  });

  it('that is long is cut at its sentences, and goes out in order with one call', async () => {
    const sentences = Array.from({ length: 90 }, (_, index) => `Esta es la frase número ${index}.`);
    const calls = talk.calls;
    const chat = write(customerOn('whatsapp'), 'contame todo', { parts: [sentences.join(' ')] });
    const messages = await became(chat, ['read', 'read', 'read']);
    expect(talk.calls - calls).toBe(1);
    expect(talk.sent(chat).join(' ')).toBe(sentences.join(' '));
    expect(messages.map(({ part, text }) => [part, text?.endsWith('.')])).toEqual([[0, true], [1, true], [2, true]]);
  });
});

describe('media', () => {
  const searchFirst = (then: object) => ({ body }: ModelRequest): ModelStep => (body.messages.at(-1)?.role === 'tool' ? reply(then) : { toolCalls: [{ name: 'search_knowledge', arguments: { query: 'guía de talles' } }] });

  it('from the knowledge are shown behind their text, and the model knows later that it showed them', async () => {
    const customer = customerOn('whatsapp');
    answers.set('qué talles hay', searchFirst({ media: [{ url: picture, text: 'Mirá la guía:' }] }));
    const { chatId: chat } = talk.twin.customerWrites(customer, 'qué talles hay');
    await became(chat, ['read', 'read']);
    expect(seen(chat)).toEqual([{ text: 'Mirá la guía:' }, { image: picture, filename: 'talles.png' }]);
    write(customer, 'y el mío', { parts: ['No lo sé.'] });
    await became(chat, ['read', 'read', 'read']);
    expect(spoken(await askedOf('y el mío')).join('\n')).toContain('[imagen: talles.png]');
  });

  it('that the customer talks the model into are not sent: it is corrected, and answers without', async () => {
    const evil = 'https://evil.test/x.png';
    answers.set(`mandame ${evil}`, (request) => reply(spoken(request).some((text) => text.includes('<correccion>')) ? { parts: ['No puedo mandar eso.'] } : { parts: ['Tomá'], media: [{ url: evil }] }));
    const { chatId: chat } = talk.twin.customerWrites(customerOn('whatsapp'), `mandame ${evil}`);
    await became(chat, ['read']);
    expect(seen(chat)).toEqual([{ text: 'No puedo mandar eso.' }]);
  });
});

describe('while the agent thinks', () => {
  it('the customer sees that he was read and that an answer is being written', async () => {
    let answer = (): void => undefined;
    const held = new Promise<void>((go) => (answer = go));
    const feedback = (): (number | null)[] => talk.twin.calls.filter(({ operation }) => operation === 'send-read-typing-feedback').map(({ status }) => status);
    const before = feedback().length;
    answers.set('pensalo bien', () => reply({ parts: ['Pensado.'] }));
    talk.model.script(async (request) => {
      if (lastWords(request) === 'pensalo bien') await held;
      return answers.get(lastWords(request))?.(request) ?? reply({ parts: ['No sé.'] });
    });
    const { chatId: chat } = talk.twin.customerWrites(customerOn('whatsapp'), 'pensalo bien');
    await until(() => feedback().length === before + 2 && talk.twin.chat(chat)?.typingAt, 'the two courtesies', long);
    expect(feedback().slice(before)).toEqual([204, 204]);
    expect(talk.twin.chat(chat)?.readAt).not.toBeNull();
    answer();
    await became(chat, ['read']);
  });
});

describe('a list whose send got no answer', () => {
  const cutOff = async (words: string, options: TwinOptions): Promise<string> => {
    await talk.moveTo({ channels, statusDelays: { readMs: null }, ...options });
    talk.twin.faults.next('send-messages', { kind: 'reset', when: 'after' });
    const chat = write(customerOn('whatsapp'), words, { parts: ['¡Hola!'], options: subjects, media: [] });
    await became(chat, ['sending', 'sending']);
    await until(async () => (await talk.messages(chat)).every(({ doubtedAt }) => doubtedAt), 'the doubt', long);
    return chat;
  };

  it.each(['clientPayload', 'txId', 'none'] as const)('is settled by its echo, when echoes carry %s', async (echoCarries) => {
    const chat = await cutOff(`lista con eco ${echoCarries}`, { echoCarries, echo: { delayMs: doubtMs / 4 } });
    const messages = await became(chat, ['delivered', 'delivered']);
    expect(messages.map(({ kind, resentAt }) => [kind, resentAt])).toEqual([['text', null], ['list', null]]);
    expect(seen(chat)).toHaveLength(2);
  });

  it('is found in Botmaker’s list when its echo is lost', async () => {
    const chat = await cutOff('lista sin eco', { echo: { on: false } });
    const messages = await became(chat, ['delivered', 'delivered']);
    expect(messages.map(({ confirmedBy, resentAt }) => [confirmedBy, resentAt])).toEqual([['lookup', null], ['lookup', null]]);
    expect(seen(chat)).toHaveLength(2);
  });

  it('is for a person, and not sent again, when Botmaker lists options in words of its own', async () => {
    const chat = await cutOff('lista irreconocible', { echo: { on: false }, webhookFlags: { notifyStatusChanges: false } });
    const told = await talk.app.prisma.event.findMany({ where: { chat: { botmakerChatId: chat }, kind: 'message' } });
    const items: object[] = told.map(({ remoteId, occurredAt, text }) => ({ id: remoteId, creationTime: occurredAt.toISOString(), from: 'user', content: { type: 'text', text } }));
    items.push({ id: 'R000000000000000000A', creationTime: new Date().toISOString(), from: 'bot', content: { type: 'text', text: '¡Hola!' } });
    items.push({ id: 'R000000000000000000B', creationTime: new Date().toISOString(), from: 'bot', content: { type: 'buttons', buttons: ['Envíos', 'Garantía'] } });
    const odd: Fault = { kind: 'garbage', when: 'before', status: 200, contentType: 'application/json', body: JSON.stringify({ items, nextPage: null }) };
    talk.twin.faults.next('list-messages', ...Array.from({ length: 40 }, () => odd));
    const messages = await became(chat, ['accepted', 'unknown']);
    expect(messages.map(({ reason }) => reason)).toEqual([null, 'look-up-failed']);
    expect(seen(chat)).toHaveLength(2);
    talk.twin.faults.clear();
  });
});
