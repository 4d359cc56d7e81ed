import { AIMessage } from '@langchain/core/messages';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import type { AgentTool } from '../tools/agent-tool.js';
import { readCalls } from './read-calls.js';
import { readReply } from './read-reply.js';
import { readText } from './read-text.js';
import { toolCalls } from './tool-calls.js';

const decision = (value: unknown): unknown => ({ kind: 'decision', decision: value });
const faulty = { kind: 'fault', why: expect.any(String) };

describe('reading plain words', () => {
  it.each([
    ['  Hola.\n\n¿Cómo va? ', ['Hola.\n\n¿Cómo va?']],
    ['<think>busco</think>Hola.', ['Hola.']],
    ['**Gratis** desde $60.000. Ver [la web](https://t.test/a).', ['**Gratis** desde $60.000. Ver [la web](https://t.test/a).']],
    ['[Nota] abrimos a las 9', ['[Nota] abrimos a las 9']],
    ['{nombre}, tu pedido va en camino', ['{nombre}, tu pedido va en camino']],
    ['5 < 6 y 7 > 3, i <3 u', ['5 < 6 y 7 > 3, i <3 u']],
  ])('takes %j as an answer', (text, parts) => {
    expect(readText(text)).toEqual(decision({ kind: 'answer', parts }));
  });

  it.each([
    ['{"kind":"answer","parts":["Hola"]}', { kind: 'answer', parts: ['Hola'] }],
    ['```json\n{"name":"reply","arguments":{"parts":["Hola"]}}\n```', { kind: 'answer', parts: ['Hola'] }],
    ['{"tool":"stay_silent","why":"cerró"}', { kind: 'silent', why: 'cerró' }],
    ['{"kind":"to-human","why":"enojo","parts":["Te paso."]}', { kind: 'to-human', why: 'enojo', parts: ['Te paso.'] }],
    ['{"kind":"to-flow","why":"menú","intent":"Menú"}', { kind: 'to-flow', why: 'menú', intent: 'Menú', parts: [] }],
  ])('takes a decision that was written down: %s', (text, read) => {
    expect(readText(text)).toEqual(decision(read));
  });

  it.each([
    '', ' \n', '<think>sólo esto</think>', '<think>sin cerrar', '{"a":1}', '{"kind":"answer"}', '{"kind":"answer","parts":[]}', '{"kind":"answer","parts":[{"a":1}]}', '{"name":"http_get","arguments":{}}',
    '[{"text":"hola"}]', '[1, 2]', '{"kind":"answer","parts":["a"', '```json\n{\n```', '```\ncódigo\n```', '<div>Hola</div>', 'Hola <b>Ana</b>', '<!DOCTYPE html>', '<mensaje autor="cliente">x</mensaje>', '{"kind":"__proto__"}',
  ])('finds no answer in %j', (text) => {
    expect(readText(text)).toEqual(faulty);
  });
});

describe('reading tool calls', () => {
  it('joins several replies, and takes a reply beside a hand-over as its farewell', () => {
    const reply = (...parts: string[]): { name: string; args: unknown } => ({ name: 'reply', args: { parts } });
    expect(readCalls([reply('a'), reply('b', 'c')])).toEqual(decision({ kind: 'answer', parts: ['a', 'b', 'c'] }));
    expect(readCalls([reply('Te paso.'), { name: 'hand_to_human', args: { why: 'pide' } }])).toEqual(decision({ kind: 'to-human', why: 'pide', parts: ['Te paso.'] }));
    expect(readCalls([reply('a'), { name: 'stay_silent', args: { why: 'x' } }])).toEqual(faulty);
  });

  it.each([
    [{ name: 'reply', args: { parts: 'a' } }], [{ name: 'reply', args: { parts: ['a', 'b', 'c', 'd', 'e'] } }], [{ name: 'reply', args: { parts: [' '] } }], [{ name: 'reply', args: null }],
    [{ name: 'hand_to_human', args: {} }], [{ name: 'return_to_flow', args: { why: 'x', farewell: '<a href="x">x</a>' } }], [{ name: 'toString', args: {} }], [{ name: 'search_knowledge', args: { query: 'x' } }],
  ])('finds a fault in %j', (call) => {
    expect(readCalls([call])).toEqual(faulty);
  });

  it('names the wrong field in a fault, and never its value', () => {
    expect(readCalls([{ name: 'reply', args: { parts: ['', 'secreto'] } }])).toEqual({ kind: 'fault', why: 'los argumentos de reply no son válidos (parts)' });
  });

  it('trusts nothing that was cut off or filtered', () => {
    for (const reason of ['length', 'content_filter']) {
      expect(readReply(new AIMessage({ content: 'Hola.', response_metadata: { finish_reason: reason } }), [])).toEqual(faulty);
    }
  });
});

const search: AgentTool = { name: 'search_knowledge', description: 'busca', schema: z.object({ query: z.string().trim().min(1).max(500) }), hasEffect: false, run: async () => ({ text: '' }) };

describe('what a message wants to use', () => {
  const wantedOf = (said: AIMessage): unknown => toolCalls(said, [search])?.map(({ index, tool, args }) => ({ index, name: tool.name, args })) ?? null;
  const message = (...calls: { name: string; args: Record<string, unknown>; id?: string }[]): AIMessage => new AIMessage({ content: '', tool_calls: calls.map((call, n) => ({ id: `c${n}`, ...call })) });

  it('is its tools, also beside a decision', () => {
    expect(wantedOf(message({ name: 'search_knowledge', args: { query: ' envío ' } }, { name: 'reply', args: { parts: ['x'] } }))).toEqual([{ index: 0, name: 'search_knowledge', args: { query: 'envío' } }]);
  });

  it('is nothing when anything about the calls is wrong', () => {
    expect(wantedOf(new AIMessage('hola'))).toBeNull();
    expect(wantedOf(message({ name: 'reply', args: { parts: ['x'] } }))).toBeNull();
    expect(wantedOf(message({ name: 'search_knowledge', args: {} }))).toBeNull();
    expect(wantedOf(message({ name: 'search_knowledge', args: { query: 'x'.repeat(501) } }))).toBeNull();
    expect(wantedOf(message({ name: 'search_knowledge', args: { query: 'x' } }, { name: 'http_get', args: {} }))).toBeNull();
  });
});
