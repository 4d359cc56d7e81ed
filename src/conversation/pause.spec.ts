import { describe, expect, it } from '@jest/globals';
import { pauseAfter, shapeOf } from './pause.js';

const debounce = { ms: 1500, questionMs: 600, fragmentMs: 3000, capMs: 6000 };

describe('the form of a message', () => {
  it.each([
    '¿Hacen envíos a Córdoba?', 'hacen envíos a córdoba?', 'tienen stock??', 'me lo mandan mañana? 🙏', '¿cuánto sale el envío', 'cuanto sale el envio a mendoza', 'hola, dónde queda el local',
    'qué horarios tienen los sábados', 'que horario tienen', 'quanto custa o frete', 'olá, onde fica a loja', 'vocês entregam no sábado?', 'what time do you open', 'Can I pay by card',
  ])('in %j is a question: nothing more is needed to answer it', (text) => {
    expect(shapeOf({ text })).toBe('question');
  });

  it.each([
    'hola', 'Hola!! 👋', 'buenas tardes', 'Hola, cómo estás?', 'buen día, tengo una consulta', 'oi, tudo bem?', 'bom dia', 'Hi', 'good morning',
    'quería saber,', 'mi pedido es:', 'compré una heladera y', 'el problema es que', 'resulta que ayer...', 'bueno…', 'mi pedido', 'a mendoza', 'comprei um celular com', 'I bought a phone and',
  ])('in %j is a fragment: more is on its way', (text) => {
    expect(shapeOf({ text })).toBe('fragment');
  });

  it.each([
    'quiero cambiar la dirección de entrega', 'no me llegó el pedido', 'sí', 'no', 'ok dale', 'muchas gracias', 'Muito obrigado', 'thank you', '12345678', 'pedido 4471', 'Córdoba.', '👍', 'no sé', 'que no llegó lo que compré ayer',
    'quero trocar o produto', 'my order has not arrived',
  ])('in %j is neither', (text) => {
    expect(shapeOf({ text })).toBe('plain');
  });

  it('without words goes by what was sent: a tap is whole, a picture is followed by words, a voice note may be', () => {
    expect(shapeOf({ selection: { label: 'Sí', intent: null, payload: null } })).toBe('question');
    expect(shapeOf({ media: [{ kind: 'image', url: 'https://x/1.jpg' }] })).toBe('fragment');
    expect(shapeOf({ media: [{ kind: 'audio', url: 'https://x/1.ogg' }] })).toBe('plain');
    expect(shapeOf({})).toBe('plain');
    expect(shapeOf(null)).toBe('plain');
  });

  it('of a long one is seen by its end, in no time, whatever it is made of', () => {
    expect(shapeOf({ text: `${'bla '.repeat(500)}¿llega el martes?` })).toBe('question');
    const begun = performance.now();
    for (const sign of ['?', '¿', 'hola ', ',', 'que ', ' ']) shapeOf({ text: `${sign.repeat(100_000)}x` });
    expect(performance.now() - begun).toBeLessThan(1000);
  });
});

describe('the pause after a message', () => {
  it('is short after a question and long after a fragment', () => {
    const pauses = ['¿hacen envíos?', 'no me llegó el pedido', 'hola'].map((text) => pauseAfter({ text }, debounce));
    expect(pauses).toEqual([600, 1500, 3000]);
  });
});
