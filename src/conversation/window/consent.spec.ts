import { describe, expect, it } from '@jest/globals';
import { isConsent } from './consent.js';

const says = (text: string): boolean => isConsent({ text });

describe('a message says no more than that the customer is back', () => {
  it.each(['Sí', 'si, dale', 'Sí, por favor', 'Hola', '¡Buenas tardes!', 'ok', 'Listo, gracias', 'Sim', 'pode', 'Olá, bom dia', 'Yes, please', 'hi', 'claro 👍'])('with “%s”', (text) => expect(says(text)).toBe(true));
  it.each(['Sí, pero ¿cuánto sale?', '¿Hola?', 'No', 'no gracias', 'Quiero cancelar', 'sí tengo otra consulta', 'yes but how much', '', '👍'])('not with “%s”', (text) => expect(says(text)).toBe(false));

  it('by a tap, whatever stands on it', () => expect(isConsent({ selection: { label: 'Sí, enviar', payload: 'retomar', intent: null } })).toBe(true));
  it('not by a picture', () => expect(isConsent({ text: 'ok', media: [{ kind: 'image', url: 'https://x.example/1.jpg' }] })).toBe(false));
});
