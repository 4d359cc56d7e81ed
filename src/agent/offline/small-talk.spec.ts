import { describe, expect, it } from '@jest/globals';
import { smallTalkIn } from './small-talk.js';

describe('small talk', () => {
  it.each([
    ['Hola!', 'greeting'], ['buenas tardes, cómo están?', 'greeting'], ['HOLAAA', 'greeting'], ['oi, tudo bem?', 'greeting'], ['hola, tengo una consulta', 'greeting'],
    ['gracias', 'thanks'], ['ok muchas gracias!!', 'thanks'], ['Obrigada', 'thanks'], ['mil gracias por la ayuda', 'thanks'],
    ['ok', 'agreement'], ['Dale, perfecto', 'agreement'], ['👍🏽', 'agreement'], ['🙏🙏', 'agreement'], ['❤️', 'agreement'],
    ['chau, gracias', 'farewell'], ['Hasta mañana!', 'farewell'],
    ['persona', 'person'], ['quiero hablar con una persona real', 'person'], ['me pasás con alguien? pasame con un asesor por favor', 'person'], ['necesito un operador', 'person'], ['quero falar com um atendente', 'person'],
    ['menú', 'menu'], ['volver al menu principal', 'menu'],
    ['', 'wordless'], ['...', 'wordless'], ['🤷', 'wordless'],
  ])('in %j is %s', (text, kind) => {
    expect(smallTalkIn(text)).toBe(kind);
  });

  it.each(['hola, hacen envíos?', 'gracias, y cuánto sale?', '¿puede retirar otra persona?', 'quiero que lo reciba otra persona', 'el vendedor me dijo que era gratis', 'qué hay en el menú de la web', 'ok pero cuándo llega', 'no gracias a ustedes no llegó mi pedido a tiempo'])(
    'is not all that %j says',
    (text) => {
      expect(smallTalkIn(text)).toBeNull();
    },
  );
});
