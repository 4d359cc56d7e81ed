import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testUpstreams } from '../../test/support/test-limits.js';
import { heldTurn } from '../../test/support/held-turn.js';
import { indexedKnowledge, type IndexedKnowledge } from '../../test/support/indexed-knowledge.js';
import { AgentConfig, Metrics, ModelBrake } from '../platform/index.js';
import type { AgentInput } from './agent-input.js';
import type { AgentResult } from './agent-result.js';
import { AgentService } from './agent.service.js';
import { Checkpoints } from './checkpoints/checkpoints.store.js';
import { SearchKnowledgeTool } from './tools/search-knowledge.tool.js';

let knowledge: IndexedKnowledge;
let service: AgentService;
const brake = new ModelBrake();

beforeAll(async () => {
  Logger.overrideLogger(false);
  knowledge = await indexedKnowledge();
  service = new AgentService(new AgentConfig(null, null, null, 5000, 5000, 100, 1000), knowledge.search, new Metrics(), testUpstreams(), () => [new SearchKnowledgeTool(knowledge.search)], new Checkpoints(knowledge.database), brake);
  await service.onModuleInit();
});
afterAll(async () => {
  await knowledge.close();
});

const question = (...mail: string[]): AgentInput => ({
  runId: 'r', chatId: 'c', platform: 'whatsapp', customerName: 'Ana Pérez', line: null, language: 'es', timeZone: 'UTC', isOpen: null, variables: {}, history: [], effects: [], mail: mail.map((text) => ({ author: 'customer' as const, text, at: new Date(0) })), now: new Date(0),
});
const ask = (...mail: string[]): Promise<AgentResult> => service.decide(question(...mail), heldTurn());
const partsOf = (result: AgentResult): string[] => ('parts' in result.decision ? result.decision.parts : []);

describe('the offline answerer', () => {
  it('quotes the passage that answers, word for word, and names itself', async () => {
    const result = await ask('hola! cuánto sale el envío al interior?');
    expect(result).toMatchObject({ model: 'offline-answerer', repaired: false, inputTokens: 0, decision: { kind: 'answer' } });
    expect(result.promptVersion).toMatch(/^offline@/);
    expect(partsOf(result).join('\n')).toContain('Destino: Resto del país, A domicilio: $5.900');
    expect(result.steps).toEqual([{ node: 'quote', ms: expect.any(Number), inputTokens: 0, outputTokens: 0, passages: ['envios.md#1'], tools: [] }]);
  });

  it('is as slow as the brake makes it, and ends its wait with the turn', async () => {
    brake.ms = 300;
    const startedAt = performance.now();
    await ask('cuánto sale el envío?');
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(295);
    brake.ms = 60_000;
    const ending = new AbortController();
    const asked = service.decide(question('cuánto sale el envío?'), { ...heldTurn(), signal: ending.signal });
    ending.abort();
    await expect(asked).rejects.toMatchObject({ code: 'agent.aborted' });
    brake.ms = 0;
  });

  it('reads three short messages as one question', async () => {
    expect(partsOf(await ask('buenas', 'tengo una duda', 'la garantía de un electrodoméstico cuánto dura')).join()).toContain('12 meses');
  });

  it('answers two questions in one turn, a message each', async () => {
    const parts = partsOf(await ask('¿Hay estacionamiento? ¿Y puedo pagar en cuotas?'));
    expect(parts).toHaveLength(2);
    expect(parts[0]).toContain('Norte tiene estacionamiento');
    expect(parts[1]).toContain('3 cuotas sin interés');
  });

  it('answers in Portuguese what is asked in Portuguese', async () => {
    expect(partsOf(await ask('vocês entregam no Brasil?')).join()).toMatch(/encontrei isto[\s\S]*transportadora[\s\S]*Ajudou/);
  });

  it.each(['¿venden helicópteros?', 'cuál es la capital de Francia', 'asdfgh'])('says that it does not know about %j, and what it does know', async (question) => {
    const result = await ask(question);
    const options = 'options' in result.decision ? result.decision.options : undefined;
    expect(partsOf(result)).toEqual([]);
    expect(options?.title).toMatch(/^Perdón, no tengo información sobre eso\. .*escribí «persona».* sobre estos temas/);
    expect(options?.choices.map(({ title }) => title)).toContain('Envíos');
    expect(result.steps[0]?.passages).toEqual([]);
  });

  it.each([
    ['hola', /^¡Hola, Ana!/],
    ['Muchas gracias!!', /^¡De nada!/],
    ['👍', /^¡Perfecto!/],
    ['[audio]', /sólo puedo leer texto/],
    ['', /sólo puedo leer texto/],
  ])('has a short answer to %j', async (mail, answer) => {
    expect(partsOf(await ask(mail))[0]).toMatch(answer);
  });

  it('takes the choice from a list as what the customer says', async () => {
    expect(partsOf(await ask('[elige: Medios de pago]')).join()).toContain('Tarjetas de crédito');
  });

  it('takes a number as the choice from the list that it asked with', async () => {
    const asked = { author: 'agent' as const, text: 'Puedo contarte sobre estos temas.\n\n1. Envíos\n2. Medios de pago', at: new Date(0) };
    const result = await service.decide({ ...question('2'), history: [asked] }, heldTurn());
    expect(partsOf(result).join()).toContain('Tarjetas de crédito');
  });

  it('hands over to a person or to the menu when asked to', async () => {
    expect((await ask('hola', 'quiero hablar con una persona')).decision).toMatchObject({ kind: 'to-human', parts: [expect.stringContaining('persona del equipo')] });
    expect((await ask('[elige: Asesor]')).decision).toMatchObject({ kind: 'to-human' });
    expect((await ask('volver al menú')).decision).toMatchObject({ kind: 'to-flow', intent: null });
  });
});
