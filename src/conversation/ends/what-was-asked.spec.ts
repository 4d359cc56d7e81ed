import { describe, expect, it } from '@jest/globals';
import { whatWasAsked } from './what-was-asked.js';

const asked = (...texts: string[]): string => whatWasAsked({ author: 'agent', texts, hasChoice: false });

describe('what the customer is asked', () => {
  it.each(['Llega el martes.', 'Enviamos a todo el país, por correo o por transporte.', 'O prazo é de 3 a 5 dias.', 'We ship to the whole country.', 'Listo, lo cancelé.', '¡De nada!'])('%j: nothing', (text) => expect(asked(text)).toBe('nothing'));

  it.each([
    'Cualquier otra consulta, escribime.', 'Quedo a tu disposición.', 'Si necesitás algo más, acá estoy.', 'Qualquer dúvida, me avise.', 'Estou à disposição.', 'Let me know if you have any questions.', 'If you need anything else, I am here.',
  ])('%j: nothing, and more help is offered', (text) => expect(asked(text)).toBe('offer'));

  it.each([
    '¿Algo más?', '¿Te puedo ayudar en algo más?', 'Llega el martes. ¿Tenés alguna otra consulta?', '**¿Necesitás algo más?** 🙂', '¿En qué más te ayudo?', 'Mais alguma coisa?', 'Posso ajudar com algo mais?', 'Anything else?', 'Do you have any other questions?',
  ])('%j: whether he wants more help', (text) => expect(asked(text)).toBe('more'));

  it.each([
    '¿Cuál es tu número de pedido?', '¿Querés agregar algo más al pedido?', '¿Llevás algo más?', 'Decime tu número de pedido.', 'Si querés te paso con una persona.', '¿Cuál es tu pedido? Está en el mail de compra.', '¿Lo cancelo? ¿Algo más?', 'Necesito tu documento para seguir',
    'Qual é o número do pedido?', 'Me informe o seu CPF.', 'Se quiser, posso cancelar.', 'What is your order number?', 'Would you like to add anything else to your order?', 'Please send me your order number.', 'If you want, I can cancel it.', 'Elegí:\n1. Ventas\n2. Soporte',
  ])('%j: something that wants an answer', (text) => expect(asked(text)).toBe('something'));

  it('hangs on all that was said in a row', () => {
    expect(asked('¿Cuál es tu pedido?', 'Está en el mail.')).toBe('something');
    expect(asked('Llega el martes.', '¿Algo más?')).toBe('more');
  });

  it('is something where there is a choice, unless it is about more help', () => {
    expect(whatWasAsked({ author: 'agent', texts: ['Estos son los temas'], hasChoice: true })).toBe('something');
    expect(whatWasAsked({ author: 'agent', texts: ['¿Algo más?'], hasChoice: true })).toBe('more');
  });
});
