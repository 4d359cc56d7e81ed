import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { runBlock, type BlockRun } from '../support/block-sandbox.js';
import { CodeBlocks, type Reply, type Said } from '../support/code-blocks.js';
import { until } from '../support/until.js';

const says = (...parts: string[]): { toolCalls: { name: string; arguments: unknown }[] } => ({ toolCalls: [{ name: 'reply', arguments: { parts } }] });

describe('the code block of the documentation', () => {
  let blocks: CodeBlocks;
  beforeAll(async () => {
    blocks = await CodeBlocks.start();
  });
  afterAll(() => blocks.stop());
  afterEach(() => blocks.model.reset());

  const run = (question: Said, { token = blocks.app.twin.webhookToken, address = blocks.app.address, variables = {}, userData = {} } = {}): Promise<BlockRun> =>
    runBlock({ url: `${address}/botmaker/code-action`, token, context: blocks.context(question, { userData }), variables });

  it('says the answer, remembers who speaks, and is done', async () => {
    blocks.model.script(says('Sí.', 'Mañana.'));
    expect(await run(blocks.write('¿Hacen envíos?'))).toEqual({ said: [['text', 'Sí.'], ['text', 'Mañana.'], ['done']], variables: { external_handoff: 'true' } });
  });

  it('goes on with the rule that takes the chat back', async () => {
    blocks.model.script({ toolCalls: [{ name: 'return_to_flow', arguments: { why: 'pide el menú', farewell: 'Al menú.' } }] });
    expect(await run(blocks.write('al principio'), { variables: { external_handoff: 'true' } })).toEqual({
      said: [['text', 'Al menú.'], ['gotoRule', 'VOLVER_FLUJO'], ['done']], variables: { external_handoff: 'false' },
    });
  });

  it('says nothing while the answer is pending; the API says it', async () => {
    const impatient = await blocks.beside({ role: 'api', env: { CODE_ACTION_DEADLINE_MS: '1500' } });
    const release = blocks.holdModel();
    const question = blocks.write('¿tarda?');
    expect(await run(question, { address: impatient.address })).toEqual({ said: [['done']], variables: { external_handoff: 'true' } });
    release(says('Tardó.'));
    await until(async () => (await blocks.messages(question))[0]?.state === 'delivered', 'the delivery');
    expect(await blocks.sent(question)).toEqual(['Tardó.']);
    await impatient.stop();
  });

  it('says nothing while a person has the chat', async () => {
    const question = blocks.write('¿hola?');
    expect(await run(question, { userData: { CURRENT_OPERATOR_EMAIL: 'eva@example.com' } })).toEqual({ said: [['done']], variables: { external_handoff: 'false' } });
  });

  it.each<[string, object]>([
    ['refuses it', { token: 'wrong-token' }],
    ['is not there', { address: 'http://127.0.0.1:9' }],
  ])('hands the chat over by the variable when the agent %s, so that it answers when it can', async (_what, trouble) => {
    expect(await run(blocks.write('¿hola?'), trouble)).toEqual({ said: [['done']], variables: { external_handoff: 'true' } });
  });

  it('shows buttons and media', async () => {
    const messages = [
      { text: 'Elegí', buttons: [{ label: 'Sí', intent: 'CONFIRMAR' }, { label: 'No', intent: 'CANCELAR' }] },
      { text: 'La factura', media: { url: 'https://media.example/f.pdf', mimeType: 'application/pdf' } },
      { media: { url: 'https://media.example/f.png', mimeType: 'image/png' } },
    ];
    const reply = { status: 'answered', replyText: '', messages, agentIsSpeaking: true, returnIntent: null, runId: null, reason: null } as unknown as Reply;
    const door = await answering(reply);
    const { said } = await run(blocks.write('¿opciones?'), { address: `http://127.0.0.1:${(door.address() as AddressInfo).port}` });
    expect(said).toEqual([
      ['buttons', 'Elegí', { label: 'Sí', rule: 'CONFIRMAR' }, { label: 'No', rule: 'CANCELAR' }],
      ['file', 'https://media.example/f.pdf'], ['text', 'La factura'], ['image', 'https://media.example/f.png'], ['done'],
    ]);
    await new Promise((closed) => door.close(closed));
  });
});

/** A door that answers this. */
async function answering(reply: Reply): Promise<Server> {
  const door = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(200, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(reply)));
  });
  await new Promise<void>((listening) => door.listen(0, '127.0.0.1', listening));
  return door;
}
