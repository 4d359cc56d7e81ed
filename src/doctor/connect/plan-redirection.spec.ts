import { describe, expect, it } from '@jest/globals';
import { ownMark, planConnect, planDisconnect, ruleName, type Present, type Step } from './plan-redirection.js';

const chat = 'acme-whatsapp-5491150000001:5491150001234';
const url = 'https://ana.example.com/botmaker/webhook';
const mark = ownMark(chat);
const rule = { url, name: ruleName(chat), match: mark };
const nothing: Present = { rules: [], variables: {} };
const connect = (present: Present, match: Record<string, string> = mark): Step[] => planConnect({ chat, url, match }, 'external_handoff', present);
const madeRule = { id: 'R', url, name: rule.name, match: [mark] };

describe('connect', () => {
  it('makes the rule first, which matches nobody yet, then marks the chat', () => {
    expect(connect(nothing)).toEqual([{ kind: 'create-rule', rule }, { kind: 'set-variables', variables: mark }]);
  });

  it('does only what is missing: it may be said again', () => {
    expect(connect({ rules: [madeRule], variables: mark })).toEqual([]);
    expect(connect({ rules: [madeRule], variables: {} })).toEqual([{ kind: 'set-variables', variables: mark }]);
    expect(connect({ rules: [{ ...madeRule, url: 'https://yesterday.example.com/hook' }], variables: mark })).toEqual([{ kind: 'update-rule', ruleId: 'R', rule }]);
  });

  it('routes by another variable when one is wanted, and marks the chat all the same', () => {
    expect(connect(nothing, { webhookEnv: 'test' })).toEqual([
      { kind: 'create-rule', rule: { ...rule, match: { webhookEnv: 'test' } } },
      { kind: 'set-variables', variables: { ...mark, webhookEnv: 'test' } },
    ]);
  });

  it.each([[{}], [{ '': 'x' }], [{ webhookEnv: '' }], [{ webhookEnv: ' ' }], [{ external_handoff: 'true' }]])('refuses a rule that would take everybody’s chats: %j', (match) => {
    expect(() => connect(nothing, match as Record<string, string>)).toThrow(expect.objectContaining({ code: 'doctor.rule-too-wide' }));
  });

  it('does not take what another developer’s rule asks for', () => {
    const theirs = { id: 'B', url: 'https://beto.example.com/hook', name: 'beto', match: [{ webhookEnv: 'test' }] };
    expect(() => connect({ rules: [theirs], variables: {} }, { webhookEnv: 'test' })).toThrow(expect.objectContaining({ code: 'doctor.rule-taken' }));
    expect(connect({ rules: [theirs], variables: {} })).toHaveLength(2);
  });

  it('names the rule and the mark without the number of the chat', () => {
    expect(JSON.stringify([rule.name, mark])).not.toMatch(/\d{6}/);
    expect(ruleName('another:chat')).not.toBe(rule.name);
  });
});

describe('disconnect', () => {
  it('gives the chat back first, then deletes exactly the rule that connect made', () => {
    const theirs = { id: 'B', url, name: 'beto', match: [mark] };
    expect(planDisconnect(chat, { rules: [theirs, madeRule], variables: { ...mark, otra: 'x' } })).toEqual([
      { kind: 'set-variables', variables: { botmaker_agent_dev: '' } },
      { kind: 'delete-rule', ruleId: 'R', name: rule.name },
    ]);
  });

  it('has nothing to do the second time', () => {
    expect(planDisconnect(chat, { rules: [], variables: { botmaker_agent_dev: '' } })).toEqual([]);
  });

  it('clears the variable that the rule asked for, unless it has become something else', () => {
    const wide = { ...madeRule, match: [{ webhookEnv: 'test' }] };
    expect(planDisconnect(chat, { rules: [wide], variables: { ...mark, webhookEnv: 'test' } })[0]).toEqual({ kind: 'set-variables', variables: { botmaker_agent_dev: '', webhookEnv: '' } });
    expect(planDisconnect(chat, { rules: [wide], variables: { webhookEnv: 'prod' } })).toEqual([{ kind: 'delete-rule', ruleId: 'R', name: rule.name }]);
  });
});
