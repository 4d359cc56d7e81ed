import { describe, expect, it } from '@jest/globals';
import { describeContent, describeOutgoing } from './describe-content.js';

describe('a message in words for the agent', () => {
  it.each([
    [{ text: 'Hola' }, 'Hola'],
    [{ text: 'Foto del pedido', media: [{ kind: 'image', url: 'https://storage.example.com/a.jpg' }] }, 'Foto del pedido [imagen]'],
    [{ media: [{ kind: 'audio', url: 'https://storage.example.com/a.ogg' }] }, '[audio]'],
    [{ location: { latitude: 1, longitude: 2, name: 'Casa', address: 'Calle 1' } }, '[ubicación: Casa, Calle 1]'],
    [{ location: { latitude: 1, longitude: 2, name: null, address: null } }, '[ubicación: en el mapa]'],
    [{ contacts: [{ name: 'Juan Ejemplo', phones: ['5491150000000'] }] }, '[contacto: Juan Ejemplo]'],
    [{ text: 'Agendar', selection: { label: 'Agendar turno', payload: null, intent: 'X' } }, '[elige: Agendar turno]'],
    [{ text: 'Envíos', selection: { label: 'Envíos', payload: 'Envíos', intent: null } }, '[elige: Envíos]'],
    [{ selection: { label: null, payload: 'Envíos', intent: null } }, '[elige: Envíos]'],
    [{ unsupported: true }, '[mensaje que no se puede leer]'],
    [{}, ''],
  ])('%j is %j', (content, words) => expect(describeContent(content)).toBe(words));

  it('never holds the address of a media file', () => {
    expect(describeContent({ media: [{ kind: 'file', url: 'https://storage.example.com/secret-signature' }] })).not.toContain('http');
  });
});

describe('one of our messages in words for the agent', () => {
  it.each([
    [{ kind: 'text', text: 'Hola' }, 'Hola'],
    [{ kind: 'list', text: '¿Cuál?', button: 'Ver', rows: [{ id: 'S', title: 'S' }, { id: 'M', title: 'M', description: 'el más pedido' }] }, '¿Cuál?\n\n1. S\n2. M – el más pedido'],
    [{ kind: 'buttons', text: '¿Seguimos?', buttons: [{ label: 'Menú', intent: 'VOLVER' }] }, '¿Seguimos?\n\n1. Menú'],
    [{ kind: 'media', url: 'https://a.test/x/talles.png', mimeType: 'image/png', filename: 'talles.png' }, '[imagen: talles.png]'],
    [{ kind: 'media', url: 'https://a.test/b.pdf', mimeType: 'application/pdf', filename: 'b.pdf' }, '[archivo: b.pdf]'],
    [{ kind: 'intent', intentIdOrName: 'VOLVER', variables: {} }, ''],
  ])('%j is %j', (outgoing, words) => expect(describeOutgoing(outgoing)).toBe(words));
});
