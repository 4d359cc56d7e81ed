import { describe, expect, it } from '@jest/globals';
import { isEnd, mayEnd } from './closing.js';
import type { LastSaid } from './what-was-asked.js';

const ours = (text: string, hasChoice = false): LastSaid => ({ author: 'agent', texts: [text], hasChoice });
const told = { es: ours('Tu pedido llega el martes.'), pt: ours('O seu pedido chega na terça.'), en: ours('Your order arrives on Tuesday.') };
const offered = { es: ours('Llega el martes. Si necesitás algo más, escribime.'), pt: ours('Chega na terça. Se precisar de algo mais, estou à disposição.'), en: ours('It arrives on Tuesday. Let me know if you need anything else.') };
const more = { es: ours('Llega el martes. ¿Necesitás algo más?'), pt: ours('Chega na terça. Posso ajudar em mais alguma coisa?'), en: ours('It arrives on Tuesday. Is there anything else I can help you with?') };
const asked = { es: ours('¿Querés que lo cancele?'), pt: ours('Você quer que eu cancele?'), en: ours('Shall I cancel it?') };

const goodbyes = ['chau', 'Chauuu!!', 'Adiós.', 'hasta luego', 'hasta mañana', 'nos vemos', 'listo, chau', 'gracias, chau!', 'tchau', 'até logo', 'até mais', 'obrigada, tchau', 'bye', 'ok bye', 'see you later', 'thanks, have a nice day'];
const thanks = [
  'gracias', 'Gracias!!', 'graciasss', 'muchas gracias', 'mil gracias', 'muchísimas gracias por todo', 'gracias por la ayuda', 'Gracias, muy amable', 'gracias genia', 'Muchas gracias 🙏', 'gracias, que tengas un buen día',
  'listo gracias', 'listo, muchas gracias', 'perfecto, gracias', 'Genial! Gracias 👍',
  'obrigado', 'Obrigada!', 'muito obrigado', 'valeu', 'vlw', 'muito obrigada pela ajuda', 'perfeito, obrigado', 'beleza, valeu', 'tá bom, obrigada',
  'thanks', 'Thank you so much', 'thank you for your help', 'thanks a lot', 'great, thanks', 'perfect, thank you', 'got it, thanks',
];
const dones = ['nada más', 'nada más, gracias', 'eso es todo', 'eso sería todo, muchas gracias', 'era eso', 'só isso', 'era só isso, obrigado', 'mais nada', "that's all", 'That’s all, thanks', 'nothing else', 'all set'];
const noes = ['no', 'no, gracias', 'No gracias', 'nop', 'no, nada más, gracias', 'nada, gracias', 'não', 'não, obrigado', 'nada não, obrigada', 'no thanks', 'nope, thank you', 'no, that’s all'];
const settled = ['listo', 'Listo 👍', 'perfecto', 'genial!', 'buenísimo', 'entendido', 'beleza', 'perfeito', 'entendi', 'tá bom', 'great', 'got it', 'perfect'];
const consents = ['ok', 'okkk', 'Ok.', 'dale', 'daleee', 'bueno', 'vale', 'pode ser', 'okay', 'sure', 'ok, gracias', 'dale, gracias', 'ok thanks'];
const yeses = ['sí', 'si', 'sí, gracias', 'Sí, por favor', 'si dale gracias', 'sim', 'sim, obrigado', 'sim, por favor', 'yes', 'yes please', 'yes, thanks'];
/** None of them is made of closing words alone. */
const others = [
  'gracias, ¿y el horario?', 'gracias?', 'listo?', '¿chau?', 'gracias pero no me llegó', 'muchas gracias, el pedido es 4471', 'ok 2', 'hola', 'hola gracias', 'gracias a ustedes por nada', 'chau, antes decime el precio',
  'dame de baja', 'gracias 😡', 'ok 🙄', '👎', '...', '12345', '1', 'quiero cancelar', 'no entiendo', 'no era eso', 'no está bien', 'nada bien', 'no es todo', 'no, el otro', 'listo el pago', 'perfecto para mañana a la tarde',
  'obrigado, e o prazo?', 'valeu mas não chegou', 'não chegou', 'não entendi', 'não é só isso', 'no, got it wrong', 'thanks but it is broken', 'thank you, one more question', 'no problem with the invoice', 'bye the way', 'ok google',
];

describe('what a customer writes ends the conversation', () => {
  const ends = (text: string, ...lasts: LastSaid[]): boolean[] => lasts.map((last) => isEnd([text], last));
  const all = [...Object.values(told), ...Object.values(offered), ...Object.values(more), ...Object.values(asked)];

  it.each(goodbyes)('%j: whatever was asked', (text) => expect(ends(text, ...all)).toEqual(all.map(() => true)));

  it.each([...thanks, ...dones])('%j: also after we asked whether he wants more, but not where it may be an answer', (text) => {
    const after = [...Object.values(told), ...Object.values(offered), ...Object.values(more)];
    expect([ends(text, ...after), ends(text, ...Object.values(asked))]).toEqual([after.map(() => true), [false, false, false]]);
  });

  it.each(noes)('%j: when more help was offered; else it is an answer', (text) => {
    const after = [...Object.values(offered), ...Object.values(more)];
    expect([ends(text, ...after), ends(text, ...Object.values(asked))]).toEqual([after.map(() => true), [false, false, false]]);
  });
  it('a bare no, where nothing was asked, is about something else', () => expect(isEnd(['no'], told.es)).toBe(false));

  it.each([...settled, ...consents])('%j: only when we asked nothing, and it was we who spoke last', (text) => {
    expect(ends(text, ...Object.values(told), ...Object.values(offered))).toEqual([true, true, true, true, true, true]);
    expect(ends(text, ...Object.values(asked))).toEqual([false, false, false]);
    expect(isEnd([text], { ...told.es, author: 'flow' })).toBe(false);
  });
  it.each([...settled, ...consents])('%j: not when we asked whether he wants more, which it may mean', (text) => expect(ends(text, ...Object.values(more))).toEqual([false, false, false]));

  it.each(yeses)('%j: never', (text) => expect(ends(text, ...all)).toEqual(all.map(() => false)));

  it.each(others)('%j: never, whatever the context', (text) => {
    expect(mayEnd([text])).toBe(false);
    expect(ends(text, ...all)).toEqual(all.map(() => false));
  });

  it('only when all that he wrote in a row does', () => {
    expect(isEnd(['listo', 'muchas gracias!!', '🙏'], told.es)).toBe(true);
    expect(isEnd(['ok', 'chau'], asked.es)).toBe(true);
    expect(isEnd(['gracias', '¿y cuánto sale?'], told.es)).toBe(false);
    expect(isEnd(['no me llegó', 'gracias'], told.es)).toBe(false);
  });

  it('not by emoji or by a greeting alone', () => {
    for (const text of ['👍', '🙏🏽', '❤️', '👍 👍', 'buenas tardes', 'buen día', 'saludos']) expect(isEnd([text], told.es)).toBe(false);
  });

  it('not by a choice that was offered', () => {
    expect(isEnd(['listo'], ours('Elegí una opción', true))).toBe(false);
    expect(isEnd(['gracias'], ours('Elegí una opción\n\n1. Ventas\n2. Gracias'))).toBe(false);
    expect(isEnd(['No, gracias'], ours('¿Necesitás algo más?', true))).toBe(true);
  });

  it('not while what he wrote before has no answer', () => expect(isEnd(['gracias'], null)).toBe(false));

  it('also where the flow or a person said the last word, when he thanks or says goodbye', () => {
    for (const author of ['flow', 'operator'] as const) expect(['gracias', 'chau', 'listo'].map((text) => isEnd([text], { ...told.es, author }))).toEqual([true, true, false]);
  });

  it('is seen in no time, however long the text is', () => {
    const begun = performance.now();
    for (const word of ['gracias ', 'a', 'no, ', '?', '👍']) mayEnd([word.repeat(100_000)]);
    expect(performance.now() - begun).toBeLessThan(1000);
  });
});
