import { describe, expect, it } from '@jest/globals';
import type { TemplateSetup } from '../../botmaker/index.js';
import { chooseTemplate } from './choose-template.js';

const channelId = 'acme-whatsapp-5491150000001';
const template = (name: string, more: Partial<TemplateSetup> = {}): TemplateSetup => ({ name, state: 'APPROVED', category: 'UTILITY', lineNumbers: ['5491150000001'], botName: null, ...more });
const intent = { id: 'I1', name: 'RETOMAR', botName: null, isActive: true };
const choose = (names: string[], templates: TemplateSetup[], tried: string[] = [], line: string | null = channelId): string | null => chooseTemplate(names, { templates, intents: [intent] }, line, tried);

describe('the template that asks a customer to come back', () => {
  it('is the first of the configured ones', () => expect(choose(['b', 'a'], [template('a'), template('b')])).toBe('b'));
  it('is approved: another is taken with a 202 and never sent', () => expect(choose(['a', 'b'], [template('a', { state: 'ACCOUNT_PENDING' }), template('b')])).toBe('b'));
  it('belongs to the line', () => expect(choose(['a', 'b'], [template('a', { lineNumbers: ['1150000001'] }), template('b')])).toBe('b'));
  it('is taken at its word when it does not tell its lines or its state', () => {
    for (const untold of [{ lineNumbers: null }, { lineNumbers: [] }, { state: null }]) expect(choose(['a', 'b'], [template('a', untold), template('b')])).toBe('a');
  });
  it('is each tried once', () => expect(choose(['a', 'b'], [template('a'), template('b')], ['a'])).toBe('b'));
  it('may be an active intent of the flow, by name or id', () => expect([choose(['RETOMAR'], []), choose(['I1'], [])]).toEqual(['RETOMAR', 'I1']));
  it('is none where the account has none of them', () => expect([choose(['x'], [template('a')]), choose([], [template('a')])]).toEqual([null, null]));
});
