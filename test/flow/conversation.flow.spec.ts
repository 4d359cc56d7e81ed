import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ModelServer } from '../support/model-server.js';
import { startApp, type RunningApp } from '../support/running-app.js';
import { until } from '../support/until.js';

/* Who may speak and when: each story has a customer of its own. */
describe('a conversation', () => {
  let running: RunningApp;
  let model: ModelServer;
  let customers = 0;
  let contactId: string;

  beforeAll(async () => {
    model = await ModelServer.start();
    running = await startApp({ env: { AGENT_MODEL: 'openai:test', OPENAI_API_KEY: 'key-of-the-test', OPENAI_BASE_URL: model.baseUrl, DEBOUNCE_MS: '1200', DEBOUNCE_CAP_MS: '6000', AGENT_CALL_TIMEOUT_MS: '2000', AGENT_TIMEOUT_MS: '4000' } });
  });
  afterAll(async () => {
    await running.stop();
    await model.close();
  });
  beforeEach(() => {
    model.reset();
    contactId = `54911500${String(10000 + customers++)}`;
  });
  afterEach(() => expect(running.twin.violations).toEqual([]));

  const write = (text: string): string => running.twin.customerWrites({ contactId, firstName: 'Ana' }, { text }).chatId;
  const turnsOf = async (chatId: string): Promise<{ outcome: string | null; reason: string | null; state: string; runId: string }[]> =>
    running.prisma.turn.findMany({ where: { chat: { botmakerChatId: chatId } }, orderBy: { createdAt: 'asc' } });
  const ended = (chatId: string, count = 1): ReturnType<typeof turnsOf> =>
    until(async () => {
      const turns = (await turnsOf(chatId)).filter(({ state }) => ['finished', 'skipped', 'failed'].includes(state));
      return turns.length >= count ? turns : null;
    }, `${count} ended turn(s)`);
  const ours = (chatId: string): string[] => running.twin.sent(chatId).flatMap(({ text, webhookPayload }) => (webhookPayload && text ? [text] : []));
  const saidByUs = (chatId: string, count = 1): Promise<string[]> => until(() => (ours(chatId).length >= count ? ours(chatId) : null), `${count} message(s) of ours`, 20_000);
  const ownerOf = async (chatId: string): Promise<string | undefined> => (await running.prisma.conversation.findFirst({ where: { chat: { botmakerChatId: chatId } } }))?.owner;
  const reasons = async (chatId: string): Promise<(string | null)[]> =>
    (await running.prisma.event.findMany({ where: { chat: { botmakerChatId: chatId }, author: 'customer' }, orderBy: { id: 'asc' } })).map(({ reason }) => reason);

  it('of three short messages is one turn and one answer, and the model reads all three', async () => {
    model.script({ text: 'Sí, enviamos a todo el país.' });
    const chatId = write('quiero saber');
    write('si hacen envios');
    write('a mendoza');
    expect(await saidByUs(chatId)).toEqual(['Sí, enviamos a todo el país.']);
    expect(await ended(chatId)).toHaveLength(1);
    const prompt = JSON.stringify(model.requests.at(-1)?.body.messages);
    for (const line of ['quiero saber', 'si hacen envios', 'a mendoza']) expect(prompt).toContain(line);
  });

  it('that the flow can handle itself is none of our business', async () => {
    const chatId = write('horarios');
    await until(async () => ((await reasons(chatId)).length > 0 ? true : null), 'the event');
    expect(await until(async () => ((await reasons(chatId))[0] === 'not-handed-off' ? true : null), 'the reason')).toBe(true);
    expect(await turnsOf(chatId)).toEqual([]);
    expect(model.requests).toEqual([]);
  });

  it('is handed over after its message was told: what was the flow’s business a moment ago is ours after all', async () => {
    model.script({ text: 'Llegué a tiempo.' });
    const chatId = write('horarios');
    await until(async () => ((await reasons(chatId))[0] === 'not-handed-off' ? true : null), 'the message to be set aside');
    running.twin.setVariable(chatId, 'external_handoff', 'true');
    const [turn] = await ended(chatId);
    expect(await running.log({ runId: turn!.runId })).toContain('turn.decided');
    expect(await saidByUs(chatId)).toEqual(['Llegué a tiempo.']);
    expect(await reasons(chatId)).toEqual([null]);
  });

  it('leaves to the flow what the flow has answered, also when the next message is handed over', async () => {
    model.script({ text: 'Solo lo nuevo.' });
    const chatId = write('hola');
    await until(async () => ((await reasons(chatId))[0] === 'not-handed-off' ? true : null), 'the greeting to be the flow’s');
    write('¿tienen garantía extendida?');
    await ended(chatId);
    expect(await reasons(chatId)).toEqual(['not-handed-off', null]);
  });

  it('in which an operator writes silences us, and the customer’s next message says why', async () => {
    model.script({ text: 'Respuesta del agente.' });
    const chatId = write('necesito algo especial');
    await saidByUs(chatId);
    running.twin.operatorTakes(chatId);
    running.twin.operatorWrites(chatId, 'Hola, te atiende una persona');
    await until(async () => ((await ownerOf(chatId)) === 'human' ? true : null), 'the owner to be a person');
    write('gracias por atenderme');
    await until(async () => ((await reasons(chatId)).at(-1) === 'owned-by-human' ? true : null), 'the reason');
    expect(ours(chatId)).toHaveLength(1);
  });

  it('is not lost to an operator when the account calls our own echo an operator’s', async () => {
    model.script({ text: 'Esto lo dije yo.' }, { text: 'Y esto también.' });
    const chatId = write('consulta con eco raro');
    await saidByUs(chatId);
    const ourLine = running.twin.sent(chatId).find(({ webhookPayload }) => webhookPayload);
    const echo = { _id_: 'ECOOPERADOR000000001', date: new Date().toISOString(), from: 'operator', fromCustomer: false, message: ourLine?.text, clientPayload: ourLine?.webhookPayload };
    await running.post({ v: '1.1', type: 'message', chatPlatform: 'whatsapp', chatChannelId: running.twin.channelId, contactId, customerId: chatId, messages: [echo] });
    await until(async () => ((await running.prisma.event.findFirst({ where: { remoteId: 'ECOOPERADOR000000001', state: 'read' } })) ? true : null), 'the echo to be read');
    expect(await ownerOf(chatId)).toBe('agent');
    write('¿y algo más raro?');
    expect(await saidByUs(chatId, 2)).toEqual(['Esto lo dije yo.', 'Y esto también.']);
  });

  it('that a person takes over while the agent thinks is not talked into', async () => {
    model.script({ text: 'Demasiado tarde.', stallMs: 800 });
    const chatId = write('otra consulta rara');
    await until(() => (model.requests.length === 1 ? true : null), 'the model to be asked');
    running.twin.operatorWrites(chatId, 'Ya te atiendo yo');
    const [turn] = await ended(chatId);
    expect(turn?.outcome).toBe('owned-by-human');
    expect(ours(chatId)).toEqual([]);
  });

  it('goes back to the flow when the agent says so: goodbye, intent, unmuted, and the variable cleared', async () => {
    model.script({ toolCalls: [{ name: 'return_to_flow', arguments: { why: 'resuelto', farewell: 'Te dejo con el menú.' } }] });
    const chatId = write('ya está, quiero volver');
    await ended(chatId);
    await until(() => (running.twin.chat(chatId)?.isBotMuted === false ? true : null), 'the bot to be unmuted');
    expect(ours(chatId)[0]).toBe('Te dejo con el menú.');
    expect(running.twin.chat(chatId)?.variables['external_handoff']).toBe('false');
    expect(await ownerOf(chatId)).toBe('flow');
  });

  it('is handed to a person when the agent asks for one', async () => {
    model.script({ toolCalls: [{ name: 'hand_to_human', arguments: { why: 'reclamo', farewell: 'Te paso con una persona.' } }] });
    const chatId = write('quiero hacer un reclamo formal');
    const [turn] = await ended(chatId);
    expect(turn?.outcome).toBe('handed-to-human');
    await until(() => (running.twin.chat(chatId)?.queueId ? true : null), 'a queue');
    await running.twin.settled();
    await until(async () => ((await running.prisma.event.count({ where: { chat: { botmakerChatId: chatId }, state: 'received' } })) === 0 ? true : null), 'every event to be read');
    expect(await ownerOf(chatId)).toBe('human');
  });

  it('may end in silence, and the log says that this was decided', async () => {
    model.script({ toolCalls: [{ name: 'stay_silent', arguments: { why: 'solo agradece' } }] });
    const chatId = write('ok ok');
    expect((await ended(chatId))[0]?.outcome).toBe('silent');
    expect(ours(chatId)).toEqual([]);
  });

  it('with a model that answers garbage gets one repair, then the configured sentence and the flow back, never the garbage', async () => {
    model.script({ text: '{"kaputt":' }, { text: '{"still": "kaputt"' });
    const chatId = write('pregunta imposible');
    const [turn] = await ended(chatId);
    expect(turn?.outcome).toBe('agent-failed');
    const said = await saidByUs(chatId);
    expect(said[0]).toMatch(/^Disculpá/);
    expect(JSON.stringify(running.twin.sent(chatId))).not.toContain('kaputt');
    await until(() => (running.twin.chat(chatId)?.isBotMuted === false ? true : null), 'the bot to be unmuted');
    expect(model.requests).toHaveLength(2);
  });

  it('with a model that is down for a moment is answered by the next attempt', async () => {
    model.script({ status: 503, body: { error: { message: 'overloaded' } } }, { text: 'Ahora sí.' });
    const chatId = write('consulta durante una caída');
    expect(await saidByUs(chatId)).toEqual(['Ahora sí.']);
    const [turn] = await ended(chatId);
    expect(await running.log({ runId: turn!.runId })).toEqual(expect.arrayContaining(['turn.failed', 'turn.released', 'turn.decided', 'turn.finished']));
  });

  it('remembers who said what: the flow, a person and we ourselves are told apart', async () => {
    model.script({ text: 'Primera.' }, { text: 'Segunda.' });
    const chatId = write('consulta uno rara');
    await saidByUs(chatId);
    await until(async () => ((await running.prisma.message.findFirst({ where: { chat: { botmakerChatId: chatId }, confirmedAt: { not: null } } })) ? true : null), 'the echo');
    write('consulta dos rara');
    await saidByUs(chatId, 2);
    const prompt = JSON.stringify(model.requests.at(-1)?.body.messages);
    expect(prompt).toContain('Te paso con nuestro asistente.');
    expect(prompt.match(/Primera\./g)).toHaveLength(1);
  });

  it('of fifty customers at once gives each their own answer', async () => {
    model.script(({ body }) => ({ text: `eco ${/canario-\d+/.exec(JSON.stringify(body.messages.at(-1)))?.[0] ?? 'nada'}` }));
    const chats = Array.from({ length: 50 }, (_, n) => ({ n, chatId: running.twin.customerWrites({ contactId: `54911600${10000 + n}` }, { text: `consulta canario-${n}` }).chatId }));
    for (const { n, chatId } of chats) expect(await saidByUs(chatId)).toEqual([`eco canario-${n}`]);
  }, 60_000);
});
