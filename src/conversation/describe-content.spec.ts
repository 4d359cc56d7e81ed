import { describe, expect, it } from '@jest/globals';
import { describeContent } from './describe-content.js';

describe('a message in words for the agent', () => {
  it.each([
    [{ text: 'Hola' }, 'Hola'],
    [{ text: 'Foto del pedido', media: [{ kind: 'image', url: 'https://storage.example.com/a.jpg' }] }, 'Foto del pedido [imagen]'],
    [{ media: [{ kind: 'audio', url: 'https://storage.example.com/a.ogg' }] }, '[audio]'],
    [{ location: { latitude: 1, longitude: 2, name: 'Casa', address: 'Calle 1' } }, '[ubicación: Casa, Calle 1]'],
    [{ location: { latitude: 1, longitude: 2, name: null, address: null } }, '[ubicación: en el mapa]'],
    [{ contacts: [{ name: 'Juan Ejemplo', phones: ['5491150000000'] }] }, '[contacto: Juan Ejemplo]'],
    [{ text: 'Agendar', selection: { label: 'Agendar turno', payload: null, intent: 'X' } }, '[elige: Agendar turno]'],
    [{ unsupported: true }, '[mensaje que no se puede leer]'],
    [{}, ''],
  ])('%j is %j', (content, words) => expect(describeContent(content)).toBe(words));

  it('never holds the address of a media file', () => {
    expect(describeContent({ media: [{ kind: 'file', url: 'https://storage.example.com/secret-signature' }] })).not.toContain('http');
  });
});
