import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { channelsFile } from '../support/channels-file.js';
import { ModelServer } from '../support/model-server.js';
import { startApp, type RunningApp } from '../support/running-app.js';
import { until } from '../support/until.js';

const line = (number: string) => ({ id: `acmebot-whatsapp-${number}`, platform: 'whatsapp' as const, number, name: number, isActive: true });
const sales = line('5491150000001');
const brazil = line('5511940000002');

const channels = `
defaults:
  timeZone: America/Argentina/Buenos_Aires
channels:
  - id: ${sales.id}
    name: Ventas
  - id: "${brazil.number}"
    name: Brasil
    language: pt
    timeZone: America/Sao_Paulo
    humanIntent: FILA_BRASIL
    returnIntent: VOLTAR
`;

/* One person, two lines; and what each line says of itself. */
describe('the lines of a company', () => {
  let running: RunningApp;
  let model: ModelServer;
  beforeAll(async () => {
    model = await ModelServer.start();
    running = await startApp({
      env: { AGENT_MODEL: 'openai:test', OPENAI_API_KEY: 'key-of-the-test', OPENAI_BASE_URL: model.baseUrl, CHANNELS_FILE: channelsFile(channels) },
      twin: {
        channels: [sales, brazil],
        flow: { intents: [{ name: 'FILA_BRASIL', sets: { external_handoff: 'false' }, mutes: true, queue: 'brasil' }, { name: 'VOLTAR', sets: { external_handoff: 'false' }, unmutes: true, says: ['Menu.'] }] },
      },
    });
  }, 180_000);
  afterAll(async () => {
    await running.stop();
    await model.close();
  });
  beforeEach(() => model.reset());
  afterEach(() => expect(running.twin.violations).toEqual([]));

  const write = (contactId: string, { id }: { id: string }, text: string): string => running.twin.customerWrites({ contactId, channelId: id }, { text }).chatId;
  const ours = (chat: string): string[] => running.twin.sent(chat).flatMap(({ text, webhookPayload }) => (webhookPayload && text ? [text] : []));
  const said = (chat: string): Promise<string[]> => until(() => (ours(chat).length > 0 ? ours(chat) : null), 'an answer', 60_000);
  /** Answers with the last message of the customer, and with the lines of the chat that the model was shown. */
  const parrot = (): void =>
    model.script(({ body }) => {
      const read = body.messages.map(({ content }) => content ?? '').join('\n');
      return { text: `Leí ${[...read.matchAll(/caso \w+/g)].map(([found]) => found).join(', ')}.` };
    });

  it('are not mixed for one person: each chat knows its own words, and is answered where they were written', async () => {
    parrot();
    const ana = '5491150007001';
    const onSales = write(ana, sales, 'caso uno.');
    const onBrazil = write(ana, brazil, 'caso dos.');
    expect(onBrazil).not.toBe(onSales);
    expect([await said(onSales), await said(onBrazil)]).toEqual([['Leí caso uno.'], ['Leí caso dos.']]);
    const chats = await running.prisma.chat.findMany({ where: { contactId: ana }, orderBy: { channelId: 'asc' }, select: { channelId: true, botmakerChatId: true } });
    expect(chats).toEqual([{ channelId: sales.id, botmakerChatId: onSales }, { channelId: brazil.id, botmakerChatId: onBrazil }]);
  });

  it.each(['CO.1025a7Zx', '5491150007002', 'webuser-77f'])('answer the contact %s under the id that they were given, and no other', async (contactId) => {
    parrot();
    const chat = write(contactId, sales, 'caso tres.');
    expect(await said(chat)).toEqual(['Leí caso tres.']);
    expect(await running.prisma.chat.findMany({ where: { botmakerChatId: chat }, select: { contactId: true } })).toEqual([{ contactId }]);
    expect(running.twin.chat(chat)?.contactId).toBe(contactId);
  });

  it('tell the agent their language, their name and the time of their customers', async () => {
    model.script({ text: 'Olá.' });
    const clock = (): string => new Intl.DateTimeFormat('en-GB', { timeZone: 'America/Sao_Paulo', hour: '2-digit', minute: '2-digit' }).format(new Date());
    const before = clock();
    await said(write('5511940007003', brazil, 'consulta quatro.'));
    const prompt = JSON.stringify(model.requests[0]?.body.messages);
    expect(prompt).toContain('idioma del canal: portugués');
    expect(prompt).toContain('línea: Brasil');
    expect(prompt).toMatch(new RegExp(`, (${before}|${clock()}) donde está el cliente`));
  });

  it('hand over to their own people', async () => {
    model.script({ toolCalls: [{ name: 'hand_to_human', arguments: { why: 'pede', farewell: 'Já passo você.' } }] }, { toolCalls: [{ name: 'hand_to_human', arguments: { why: 'pide', farewell: 'Te paso.' } }] });
    const onBrazil = write('5511940007004', brazil, 'consulta cinco.');
    await until(() => running.twin.chat(onBrazil)?.queueId === 'brasil', 'the queue of this line', 60_000);
    const onSales = write('5491150007004', sales, 'consulta cinco.');
    await until(() => running.twin.chat(onSales)?.queueId === 'soporte', 'the queue that the environment names', 60_000);
  });

  it('say in their own language that the agent failed, and give the chat back by their own intent', async () => {
    model.script(() => ({ text: '{"kaputt":' }));
    const onBrazil = write('5511940007005', brazil, 'consulta seis.');
    expect((await said(onBrazil))[0]).toMatch(/^Desculpe/);
    await until(() => running.twin.chat(onBrazil)?.isBotMuted === false, 'the bot to be unmuted');
    expect(running.twin.sent(onBrazil).map(({ text }) => text)).toContain('Menu.');
    const onSales = write('5491150007005', sales, 'consulta seis.');
    expect((await said(onSales))[0]).toMatch(/^Disculpá/);
  });
});
