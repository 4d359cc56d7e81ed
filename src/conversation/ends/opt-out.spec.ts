import { describe, expect, it } from '@jest/globals';
import { isOptOut, optChangeIn, optedOutAfter } from './opt-out.js';

const at = (minute: number): Date => new Date(Date.UTC(2026, 2, 2, 15, minute));

describe('a customer who wants no messages', () => {
  it.each([
    'baja', 'BAJA', 'Baja.', 'darme de baja', 'Quiero darme de baja', 'no quiero recibir más mensajes', 'No quiero más mensajes!!', 'desuscribirme', 'cancelar suscripción',
    'parar', 'SAIR', 'sair', 'cancelar inscrição', 'descadastrar', 'não quero mais receber mensagens', 'STOP', 'stop', 'Unsubscribe', 'opt-out', 'stop all', "I don't want more messages",
  ])('says so by %j', (text) => expect(optChangeIn(text)).toBe('out'));

  it.each(['alta', 'ALTA', 'quiero volver a recibir mensajes', 'voltar a receber', 'Quero receber mensagens', 'START', 'subscribe', 'opt in'])('takes it back by %j', (text) => expect(optChangeIn(text)).toBe('in'));

  it.each([
    '¿me doy de baja el plan?', 'quiero dar de baja el plan', 'baja?', '¿baja?', 'la baja temperatura', 'dame de baja la tarjeta', 'cancelar', 'cancelar mi pedido', 'cancelar pedido', 'para', 'quero parar de pagar', 'como faço para sair?', 'non-stop', 'bus stop',
    'please stop the order', 'cuando empieza el start', 'alta tensión', 'start my order', '', 'no', 'no, gracias',
  ])('does not by %j, which is about something else', (text) => expect(optChangeIn(text)).toBeNull());

  it('may tap it', () => expect(optedOutAfter(null, { text: null, selection: { label: 'Darme de baja', payload: null, intent: null } }, at(1))).toEqual(at(1)));

  it('says nothing by what stands under a picture', () => expect(optedOutAfter(null, { text: 'baja', media: [{ kind: 'image', url: 'https://a.test/1.jpg' }] }, at(1))).toBeNull());

  it('is out since he last said so, and in again when he says that', () => {
    expect(optedOutAfter(null, { text: 'hola' }, at(1))).toBeNull();
    expect(optedOutAfter(null, { text: 'baja' }, at(1))).toEqual(at(1));
    expect(optedOutAfter(at(1), { text: '¿cuándo llega?' }, at(2))).toEqual(at(1));
    expect(optedOutAfter(at(1), { text: 'stop' }, at(3))).toEqual(at(3));
    expect(optedOutAfter(at(3), { text: 'alta' }, at(4))).toBeNull();
    expect(optedOutAfter(null, { text: 'alta' }, at(4))).toBeNull();
  });

  it('is not in again by what he wrote before and is told late', () => {
    expect(optedOutAfter(at(3), { text: 'alta' }, at(2))).toEqual(at(3));
    expect(optedOutAfter(at(3), { text: 'baja' }, at(2))).toEqual(at(3));
  });
});

describe('all that a customer wrote in a row', () => {
  it.each([[['baja']], [['hola', 'baja']], [['baja', 'gracias']], [['no quiero más mensajes', 'chau 🙏']], [['alta', 'baja']]])('%j: wants no messages', (texts) => expect(isOptOut(texts)).toBe(true));
  it.each([[['baja', '¿cuándo llega mi pedido?']], [['no me llegó', 'baja']], [['baja', 'alta']], [['gracias']], [[]]])('%j: wants something else, too, or nothing of the kind', (texts) => expect(isOptOut(texts)).toBe(false));
});
