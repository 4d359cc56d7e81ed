import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { CodeBlocks, newId, type CallOptions, type Said } from '../support/code-blocks.js';
import { until } from '../support/until.js';

/*
 * A code block of the flow asks for the answer to a customer's message, and says it itself. In each story the customer gets
 * one answer: from the block, or by the API, never from both.
 */
describe('a code block that asks', () => {
  let blocks: CodeBlocks;
  beforeAll(async () => {
    blocks = await CodeBlocks.start({ env: { CODE_ACTION_DEADLINE_MS: '60000' } });
  });
  afterAll(() => blocks.stop());
  afterEach(() => {
    expect(blocks.app.twin.violations).toEqual([]);
    blocks.model.reset();
  });

  const said = (text: string): { toolCalls: { name: string; arguments: unknown }[] } => ({ toolCalls: [{ name: 'reply', arguments: { parts: text.split(' | ') } }] });

  it('gets the answer in the same call, and the API never sends it; the call itself hands the chat over', async () => {
    blocks.model.script(said('Sí, hacemos. | Tardan tres días.'));
    const question = blocks.write('¿Hacen envíos?');
    const reply = await blocks.call(question);
    const [turn] = await blocks.turns(question);
    expect(reply).toEqual({
      status: 'answered', replyText: 'Sí, hacemos.\n\nTardan tres días.', messages: [{ text: 'Sí, hacemos.' }, { text: 'Tardan tres días.' }],
      agentIsSpeaking: true, returnIntent: null, runId: turn?.runId, reason: null,
    });
    expect(await blocks.messages(question)).toMatchObject([{ state: 'accepted', confirmedBy: 'response', confirmedAt: null, attempts: 0 }, { state: 'accepted', confirmedBy: 'response' }]);
    expect(await blocks.owner(question)).toEqual({ owner: 'agent', ownerReason: 'code-action' });
    expect(await blocks.sent(question)).toEqual([]);
    expect((await blocks.app.log({ runId: turn!.runId })).slice(-3)).toEqual(['outbox.queued', 'outbox.queued', 'response.given']);
    expect(JSON.stringify(blocks.model.requests[0]?.body)).toContain('oro');
  });

  it('and says it, is proved to have said it by the echo', async () => {
    blocks.model.script(said('Con eco.'));
    const question = blocks.write('¿y el eco?');
    await blocks.call(question);
    await blocks.flowSays(question, 'Con eco.');
    const [message] = await until(async () => ((await blocks.messages(question))[0]?.confirmedAt ? blocks.messages(question) : null), 'the echo');
    expect(message).toMatchObject({ state: 'accepted', confirmedBy: 'response', remoteId: expect.any(String) });
  });

  describe('about a message of which the webhook tells too', () => {
    const orders: Record<string, (question: Said, options: CallOptions, told: Record<string, unknown>) => Promise<unknown>> = {
      'before it': async (question, options, told) => {
        await blocks.tell(question, told);
        await until(async () => (await blocks.events(question)).length === 1, 'the event');
        await blocks.call(question, options);
      },
      'long before it': async (question, options, told) => {
        await blocks.tell(question, told);
        await until(async () => (await blocks.events(question))[0]?.state === 'ignored', 'the message to be left to the flow');
        await blocks.call(question, options);
      },
      'while it waits': async (question, options, told) => {
        const release = blocks.holdModel();
        const reply = blocks.call(question, options);
        await blocks.asked();
        await blocks.tell(question, told);
        await until(async () => (await blocks.app.prisma.codeAction.count({ where: { toldAt: { not: null }, messageEventId: (await blocks.events(question))[0]?.id ?? -1n } })) === 1, 'the webhook to be read');
        release(said('Una vez.'));
        await reply;
      },
      'after its answer': async (question, options, told) => {
        await blocks.call(question, options);
        await blocks.tell(question, told);
        await blocks.tell(question, told);
      },
      'at the same moment': async (question, options, told) => {
        await Promise.all([blocks.tell(question, told), blocks.call(question, options), blocks.tell(question, told)]);
      },
    };
    const names: Record<string, [call: (question: Said) => CallOptions, told: Record<string, unknown>]> = {
      'by the same id': [() => ({}), {}],
      'by no id of the block’s': [() => ({ message: { _id_: undefined } }), {}],
      'by no id of the webhook’s': [() => ({}), { _id_: undefined }],
      'by other ids': [() => ({ message: { _id_: newId() } }), {}],
      'by neither id nor date of the block’s': [() => ({ message: { _id_: undefined, CREATION_TIME: undefined } }), {}],
    };
    const cases = Object.keys(orders).flatMap((order) => Object.keys(names).map((name) => [order, name] as const));

    it.each(cases)('%s, %s, there is one message, one turn and one answer', async (order, name) => {
      blocks.model.script(() => said('Una vez.'));
      const question = blocks.write(`¿una vez ${order} ${name}?`);
      const [call, told] = names[name]!;
      await orders[order]!(question, call(question), told);
      // What comes after everything that was told of this message shows that all of it was read.
      await blocks.tell({ ...question, messageId: newId(), text: 'otra cosa', at: new Date() });
      await until(async () => (await blocks.events(question)).length === 2 && (await blocks.turns(question)).filter(({ state }) => state === 'finished').length === 2, 'the turn of the next message');
      expect((await blocks.events(question)).map(({ text }) => text)).toEqual([question.text, 'otra cosa']);
      expect((await blocks.messages(question)).map(({ confirmedBy }) => confirmedBy === 'response')).toEqual([true, false]);
      expect(await blocks.sent(question)).toEqual(['Una vez.']);
    });
  });

  it('the control: a message of which the webhook tells by another id and some seconds later is another one, and is answered, too', async () => {
    blocks.model.script(() => said('Dos veces.'));
    const question = blocks.write('¿dos veces?');
    await blocks.call(question);
    await blocks.tell({ ...question, messageId: newId(), at: new Date(question.at.getTime() + 5000) });
    await until(async () => (await blocks.turns(question)).filter(({ state }) => state === 'finished').length === 2, 'the second turn');
    expect([(await blocks.events(question)).length, await blocks.sent(question)]).toEqual([2, ['Dos veces.']]);
  });

  it('again about the same message gets the same answer, and the model is asked once', async () => {
    blocks.model.script(said('La misma.'), said('Otra.'));
    const question = blocks.write('¿dos veces?');
    const first = await blocks.call(question);
    const retries = await Promise.all([blocks.call(question), blocks.call(question, { message: { LAST_MODIFICATION: new Date().toISOString() } })]);
    expect(retries).toEqual([first, first]);
    expect(blocks.model.requests).toHaveLength(1);
    expect(await blocks.sent(question)).toEqual([]);
    expect(await blocks.turns(question)).toHaveLength(1);
  });

  it('twice at the same moment gets one answer twice: Botmaker listens to the call that it made last', async () => {
    blocks.model.script(said('Para ambas.'));
    const question = blocks.write('¿a la vez?');
    const replies = await Promise.all([blocks.call(question), blocks.call(question)]);
    expect(replies.map(({ status, replyText }) => [status, replyText])).toEqual([['answered', 'Para ambas.'], ['answered', 'Para ambas.']]);
    expect([await blocks.turns(question), await blocks.sent(question)]).toMatchObject([[{}], []]);
  });

  it('for each of three messages in a row gets one answer, in one of the calls', async () => {
    blocks.model.script(() => said('A las tres.'));
    const first = blocks.write('hola');
    const rest = ['una cosa', '¿hacen envíos?'].map((text) => blocks.write(text, first.contactId));
    const replies = await Promise.all([first, ...rest].map((question) => blocks.call(question)));
    const answered = replies.filter(({ status }) => status === 'answered');
    const turns = await blocks.turns(first);
    expect(answered).toHaveLength(turns.length);
    expect(replies.filter(({ status }) => status === 'ignored').map(({ reason }) => reason)).toEqual(new Array(3 - turns.length).fill('merged'));
    expect(await blocks.sent(first)).toEqual([]);
  });

  it('is given the way back instead of an intent that we trigger, and a repeated call does not take the chat again', async () => {
    blocks.model.script({ toolCalls: [{ name: 'return_to_flow', arguments: { why: 'pide el menú', farewell: 'Te llevo al menú.' } }] });
    const question = blocks.write('menú por favor');
    const reply = await blocks.call(question, { userData: { variables: { external_handoff: 'true' } } });
    expect(reply).toMatchObject({ status: 'answered', replyText: 'Te llevo al menú.', returnIntent: 'VOLVER_FLUJO', agentIsSpeaking: false });
    expect((await blocks.messages(question)).map(({ kind, state, confirmedBy }) => [kind, state, confirmedBy])).toEqual([['text', 'accepted', 'response'], ['intent', 'accepted', 'response']]);
    expect(await blocks.call(question)).toEqual(reply);
    expect(await blocks.owner(question)).toEqual({ owner: 'flow', ownerReason: 'returned-to-flow' });
    expect(blocks.app.twin.calls.filter(({ operation }) => operation === 'trigger-intent')).toEqual([]);
  });

  it('while a person has the chat is told so and says nothing; when nobody has it any more, it gets its answer', async () => {
    blocks.model.script(() => said('Acá estoy.'));
    const before = blocks.write('¿hay alguien?');
    await blocks.operatorWrites(before, 'Te atiendo yo.');
    await until(async () => (await blocks.app.prisma.conversation.count({ where: { chat: { botmakerChatId: before.chat }, owner: 'human' } })) === 1, 'the person');
    const question = blocks.write('gracias', before.contactId);
    await blocks.tell(question);
    expect(await blocks.call(question)).toMatchObject({ status: 'ignored', reason: 'owned-by-human', agentIsSpeaking: false, messages: [] });
    const attended = blocks.write('¿y ahora?', before.contactId);
    expect(await blocks.call(attended, { userData: { CURRENT_OPERATOR_EMAIL: 'eva@example.com' } })).toMatchObject({ status: 'ignored', reason: 'owned-by-human' });
    const released = blocks.write('¿y después?', before.contactId);
    expect(await blocks.call(released, { userData: { CURRENT_OPERATOR_EMAIL: '', BOT_MUTED: false, QUEUE: '_default_' } })).toMatchObject({ status: 'answered', replyText: 'Acá estoy.' });
    expect(await blocks.sent(question)).toEqual([]);
  });

  it('gets nothing when a person takes the chat while the agent thinks', async () => {
    const release = blocks.holdModel();
    const question = blocks.write('¿me atiende un robot?');
    const reply = blocks.call(question);
    await blocks.asked();
    await blocks.operatorWrites(question, 'No, una persona.');
    await until(async () => (await blocks.owner(question)).owner === 'human', 'the person');
    release(said('Soy un robot.'));
    expect(await reply).toMatchObject({ status: 'ignored', reason: 'owned-by-human' });
    expect(await blocks.sent(question)).toEqual([]);
  });

  it('is told that the agent stays silent', async () => {
    blocks.model.script({ toolCalls: [{ name: 'stay_silent', arguments: { why: 'saluda' } }] });
    expect(await blocks.call(blocks.write('ok'))).toMatchObject({ status: 'ignored', reason: 'silent', agentIsSpeaking: true });
  });

  it.each([
    ['that is no JSON', 'context', 'not-json'],
    ['without a context', '{"hola":1}', 'context-missing'],
    ['that names no chat', '{"context":{"userData":{},"message":{"MESSAGE":"hola"}}}', 'no-chat'],
    ['without a message', '{"context":{"userData":{"_id_":"K7Q2M9X4T1B8V5N3C6Z0"}}}', 'no-content'],
    ['that is empty', '', 'not-json'],
  ])('with a body %s is answered at once, 200, with the reason', async (_what, body, reason) => {
    const response = await blocks.post(body);
    expect([response.status, await response.json()]).toMatchObject([200, { status: 'ignored', reason, messages: [], returnIntent: null }]);
  });

  it('with a wrong token is a stranger', async () => {
    const response = await blocks.post('{}', {}, 'wrong');
    expect([response.status, await response.json()]).toMatchObject([401, { code: 'webhook.token' }]);
    expect((await fetch(`${blocks.app.address}/botmaker/code-action`)).status).toBe(200);
  });

  it('leaves the next message to the flow when the flow answers it by itself, unless a block asks', async () => {
    blocks.model.script(() => said('Del agente.'));
    const question = blocks.write('¿hacen envíos raros?');
    await blocks.call(question);
    const next = blocks.write('horarios', question.contactId);
    await blocks.flowSays(next, 'Atendemos de 9 a 18.');
    await blocks.tell(next);
    await until(async () => (await blocks.events(question)).at(-1)?.reason === 'answered-meanwhile', 'the message to be left to the flow');
    expect(await blocks.sent(question)).toEqual([]);
    expect(await blocks.call(next)).toMatchObject({ status: 'answered', replyText: 'Del agente.' });
  });

  it('is not needed for the next message: without a block and without a line of the flow, we answer it by the API', async () => {
    blocks.model.script(said('Del bloque.'), said('De la API.'));
    const question = blocks.write('¿hacen envíos raros?');
    await blocks.call(question);
    await blocks.tell(blocks.write('¿y a Salta?', question.contactId), {}, { variables: { external_handoff: 'false' } });
    await until(async () => (await blocks.turns(question)).filter(({ state }) => state === 'finished').length === 2, 'the second turn');
    expect(await blocks.sent(question)).toEqual(['De la API.']);
  });
});
