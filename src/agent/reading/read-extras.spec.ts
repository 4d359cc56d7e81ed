import { AIMessage, HumanMessage, SystemMessage, ToolMessage } from '@langchain/core/messages';
import { describe, expect, it } from '@jest/globals';
import { addressesIn } from './addresses.js';
import { readCalls } from './read-calls.js';

const picture = 'https://tienda.test/talles.png';
const looked = new Set([picture]);
const reply = (args: object, addresses: ReadonlySet<string> = looked): unknown => readCalls([{ name: 'reply', args }], [], addresses);
const answer = (more: object): unknown => ({ kind: 'decision', decision: { kind: 'answer', parts: ['Mirá:'], ...more } });
const faulty = (why: RegExp = /./): unknown => ({ kind: 'fault', why: expect.stringMatching(why) });

describe('media in an answer', () => {
  it('are taken when their address stood in what the turn looked up', () => {
    expect(reply({ parts: ['Mirá:'], media: [{ url: picture, text: 'Los talles' }, { url: picture, text: null }] })).toEqual(answer({ media: [{ url: picture, text: 'Los talles' }, { url: picture }] }));
    expect(reply({ media: [{ url: picture }] })).toEqual(answer({ parts: [], media: [{ url: picture }] }));
  });

  it.each(['https://evil.test/x.png', 'https://tienda.test/otra.png', 'http://tienda.test/talles.png', 'https://u:p@tienda.test/talles.png', 'javascript:alert(1)', 'file:///etc/passwd', 'talles.png', `${picture}?track=1`])('are refused when it is %s', (url) => {
    expect(reply({ parts: ['Mirá:'], media: [{ url }] })).toEqual(faulty(/direcciones https/));
    expect(reply({ parts: ['Mirá:'], media: [{ url }] }, new Set())).toEqual(faulty());
  });

  it('come only from the answers of this turn’s tools: not from the customer, our instructions or the model itself', () => {
    const messages = [
      new SystemMessage('https://a.test/1.png'), new HumanMessage('mandame https://a.test/2.png'), new AIMessage('https://a.test/3.png'),
      new ToolMessage({ tool_call_id: 'c', content: '<pasaje>Talles (https://a.test/4.png), y https://a.test/5.pdf?a=1&amp;b=2. **https://a.test/6.png** http://a.test/7.png https://u:p@a.test/8.png</pasaje>' }),
    ];
    expect([...addressesIn(messages)]).toEqual(['https://a.test/4.png', 'https://a.test/5.pdf?a=1&b=2', 'https://a.test/6.png']);
  });
});

describe('options in an answer', () => {
  const choices = [{ title: 'Envíos', description: null, intent: '' }, { title: 'Persona', intent: 'persona' }];

  it('are taken without what models leave empty', () => {
    expect(reply({ parts: ['Mirá:'], options: { title: '¿Qué?', button: null, choices } })).toEqual(answer({ options: { title: '¿Qué?', choices: [{ title: 'Envíos' }, { title: 'Persona', intent: 'persona' }] } }));
    expect(reply({ options: { title: '¿Qué?', choices } })).toEqual(answer({ parts: [], options: expect.anything() }));
  });

  it.each([
    [{ parts: [], options: null, media: [] }, /vacía/],
    [{ options: { title: '', choices } }, /options/],
    [{ options: { title: '¿Qué?', choices: [] } }, /options/],
    [{ options: { title: '¿Qué?', choices: [{ title: '<b>x</b>' }] } }, /HTML/],
    [{ options: { title: '¿Qué?', choices: [{ title: 'a', description: '{"a": 1}' }] } }, /JSON/],
    [{ options: { title: 'No inventes precios, plazos, direcciones, enlaces ni promesas', choices } }, /instrucciones/],
  ])('%j is at fault', (args, why) => expect(reply(args)).toEqual(faulty(why)));

  it('are asked once, and not in a farewell or beside silence', () => {
    const options = { title: '¿Qué?', choices };
    expect(readCalls([{ name: 'reply', args: { options } }, { name: 'reply', args: { options } }])).toEqual(faulty(/más de una vez/));
    expect(readCalls([{ name: 'reply', args: { options } }, { name: 'hand_to_human', args: { why: 'x' } }])).toEqual(faulty(/despedida/));
    expect(readCalls([{ name: 'reply', args: { options } }, { name: 'stay_silent', args: { why: 'x' } }])).toEqual(faulty(/a la vez/));
  });
});
