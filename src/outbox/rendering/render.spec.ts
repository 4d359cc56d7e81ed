import { describe, expect, it } from '@jest/globals';
import type { Outgoing } from '../message.js';
import { render } from './render.js';
import type { Choice, Wanted } from './wanted.js';
import { wireMessage } from './wire-message.js';

const titles = (...names: string[]): Choice[] => names.map((title) => ({ title }));
const asked = (choices: Choice[], more: Partial<Extract<Wanted, { kind: 'options' }>> = {}): Wanted => ({ kind: 'options', question: '¿Qué *querés*?', choices, ...more });
const one = (wanted: Wanted, platform: string | null = 'whatsapp'): Outgoing | undefined => {
  const rendered = render([wanted], platform);
  expect(rendered).toHaveLength(1);
  return rendered[0];
};

describe('a question with choices', () => {
  it('is a list on WhatsApp, whose rows are called by their titles', () => {
    expect(one(asked([{ title: '**Envíos**', description: 'costos y _plazos_' }, { title: 'Garantía' }], { button: 'Ver temas' }))).toEqual({
      kind: 'list', text: '¿Qué _querés_?', button: 'Ver temas', rows: [{ id: 'Envíos', title: 'Envíos', description: 'costos y plazos' }, { id: 'Garantía', title: 'Garantía' }],
    });
  });

  it.each(['instagram', 'messenger', 'webchat', 'telegram', 'sms', null])('is numbered text on %s', (platform) => {
    expect(one(asked([{ title: 'Envíos', description: 'costos' }, { title: 'Garantía' }]), platform)).toEqual({ kind: 'text', text: '¿Qué querés?\n\n1. Envíos – costos\n2. Garantía' });
  });

  it.each<[string, Wanted]>([
    ['eleven choices', asked(titles(...Array.from({ length: 11 }, (_, index) => `Opción ${index}`)))],
    ['a title of 25 characters', asked(titles('x'.repeat(25), 'b'))],
    ['a description of 73', asked([{ title: 'a', description: 'x'.repeat(73) }, { title: 'b' }])],
    ['two equal titles', asked(titles('Igual', 'Igual'))],
    ['a question that is longer than a list’s body', asked(titles('a', 'b'), { question: `¿${'https://t.test/'.repeat(75)}?` })],
  ])('is numbered text on WhatsApp too with %s: nothing is shortened', (_what, wanted) => {
    const rendered = render([wanted], 'whatsapp');
    expect(new Set(rendered.map(({ kind }) => kind))).toEqual(new Set(['text']));
    const said = rendered.map((message) => (message.kind === 'text' ? message.text : '')).join('\n');
    if (wanted.kind === 'options') wanted.choices.forEach(({ title, description = '' }, index) => expect(said).toContain(`${index + 1}. ${title}${description && ` – ${description}`}`));
  });

  it('takes our own word for what opens it when that is too long or missing', () => {
    for (const button of ['x'.repeat(21), '', undefined]) expect(one(asked(titles('a'), button === undefined ? {} : { button }))).toMatchObject({ button: 'Ver opciones' });
  });

  it('is buttons when each choice leads to an intent, and there are three at most', () => {
    const choices = [{ title: 'Menú', intent: 'VOLVER' }, { title: 'Persona', intent: 'PERSONA' }];
    const buttons = choices.map(({ title, intent }) => ({ label: title, intent }));
    for (const platform of ['whatsapp', 'webchat', 'messenger', 'telegram']) expect(one(asked(choices), platform)).toEqual({ kind: 'buttons', text: platform === 'whatsapp' ? '¿Qué _querés_?' : '¿Qué querés?', buttons });
    expect(one(asked(choices), 'instagram')).toMatchObject({ kind: 'text' });
    expect(one(asked([...choices, { title: 'Otra cosa' }]))).toMatchObject({ kind: 'list' });
    expect(one(asked([...choices, { title: 'x'.repeat(21), intent: 'X' }]))).toMatchObject({ kind: 'list' });
    expect(one(asked(['a', 'b', 'c', 'd'].map((title) => ({ title, intent: 'X' }))))).toMatchObject({ kind: 'list' });
  });

  it('whose words are long says the first of them before', () => {
    const rendered = render([asked(titles('a', 'b'), { question: `${'Una frase. '.repeat(120)}\n\n¿Cuál?` })], 'whatsapp');
    expect(rendered.map(({ kind }) => kind)).toEqual(['text', 'list']);
    expect(rendered[1]).toMatchObject({ text: expect.stringMatching(/¿Cuál\?$/) });
  });
});

describe('an attachment', () => {
  it('is a medium, behind the text that belongs to it', () => {
    expect(render([{ kind: 'attachment', url: 'https://t.test/a/Lista%20de%20precios.PDF?v=2', text: 'La **lista**:' }], 'whatsapp')).toEqual([
      { kind: 'text', text: 'La *lista*:' },
      { kind: 'media', url: 'https://t.test/a/Lista%20de%20precios.PDF?v=2', mimeType: 'application/pdf', filename: 'Lista de precios.PDF' },
    ]);
  });

  it.each(['https://t.test/a.webp', 'https://t.test/a', 'http://t.test/a.png', 'https://t.test/a.png.exe', 'https://t.test/'])('%s is its address: no medium that the contract knows', (url) => {
    expect(render([{ kind: 'attachment', url }], 'whatsapp')).toEqual([{ kind: 'text', text: url }]);
  });
});

describe('what is a message already', () => {
  it('stays as it is, whatever signs are in it', () => {
    const messages: Outgoing[] = [{ kind: 'text', text: 'Escribí *menú* o **x**\n- a' }, { kind: 'intent', intentIdOrName: 'VOLVER', variables: {} }];
    expect(render(messages, 'webchat')).toEqual(messages);
  });
});

describe('a message on the wire', () => {
  it('is interactive on WhatsApp and has plain buttons elsewhere', () => {
    const buttons = [{ label: 'Menú', intent: 'VOLVER' }];
    expect(wireMessage({ kind: 'buttons', text: 'a', buttons }, 'whatsapp')).toEqual({ whatsappInteractive: { body: 'a', action: { type: 'intent', buttons } } });
    expect(wireMessage({ kind: 'buttons', text: 'a', buttons }, 'webchat')).toEqual({ text: 'a', buttons });
  });
});
