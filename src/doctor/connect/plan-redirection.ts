import { createHash } from 'node:crypto';
import { routedVariable, type RedirectionRule, type RuleText } from '../../botmaker/index.js';
import { AppError } from '../../platform/index.js';

/*
 * A developer's own chat comes to his own machine:
 *
 *   connect      the rule first, which matches nobody yet; then the variables of the one chat
 *   disconnect   the variables first: from then on the chat is everybody's again; then the rule
 *
 * Cut off in the middle, either leaves a rule that matches nobody, and is done again as a whole. The rule is known by its
 * name, which is made of the chat: whoever disconnects finds exactly what connect made, and nothing else.
 */

/** What connect does or disconnect undoes, one call each. */
export type Step =
  | { kind: 'create-rule'; rule: RuleText }
  | { kind: 'update-rule'; ruleId: string; rule: RuleText }
  | { kind: 'delete-rule'; ruleId: string; name: string }
  | { kind: 'set-variables'; variables: Readonly<Record<string, string>> };

export interface Present {
  rules: readonly RedirectionRule[];
  variables: Readonly<Record<string, string>>;
}

const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);

/** The name of the rule of one chat. It shows no number. */
export const ruleName = (chat: string): string => `botmaker-agent connect ${shortHash(chat)}`;

/** What marks the chat, and what its rule asks for unless somebody wants another variable. */
export const ownMark = (chat: string): Readonly<Record<string, string>> => ({ [routedVariable]: `dev-${shortHash(chat)}` });

export function planConnect({ chat, url, match }: { chat: string; url: string; match: Readonly<Record<string, string>> }, handoffVariable: string, present: Present): Step[] {
  refuseWide(match, handoffVariable);
  const rule: RuleText = { url, name: ruleName(chat), match };
  const ours = present.rules.find(({ name }) => name === rule.name);
  const rival = present.rules.find((one) => one !== ours && one.url !== url && one.match?.some((props) => isSame(props, match)));
  if (rival) throw new AppError('conflict', 'doctor.rule-taken', `the rule “${rival.name ?? '?'}” sends chats with the same variable elsewhere already: choose another value`);
  const wanted = { ...ownMark(chat), ...match };
  const missing = Object.fromEntries(Object.entries(wanted).filter(([name, value]) => present.variables[name] !== value));
  return [
    ...(ours?.id === undefined || ours.id === null ? [{ kind: 'create-rule' as const, rule }] : ours.url === url && ours.match?.length === 1 && isSame(ours.match[0] ?? {}, match) ? [] : [{ kind: 'update-rule' as const, ruleId: ours.id, rule }]),
    ...(Object.keys(missing).length > 0 ? [{ kind: 'set-variables' as const, variables: missing }] : []),
  ];
}

/** Variables can't be taken away, only emptied: an empty one matches no rule of ours. */
export function planDisconnect(chat: string, present: Present): Step[] {
  const ours = present.rules.filter(({ name }) => name === ruleName(chat));
  const asked = [ownMark(chat), ...ours.flatMap(({ match }) => match ?? [])].flatMap((props) => Object.entries(props));
  const set = asked.filter(([name, value]) => value !== '' && present.variables[name] === value);
  return [
    ...(set.length > 0 ? [{ kind: 'set-variables' as const, variables: Object.fromEntries(set.map(([name]) => [name, ''])) }] : []),
    ...ours.flatMap(({ id, name }) => (id === null ? [] : [{ kind: 'delete-rule' as const, ruleId: id, name: name ?? '' }])),
  ];
}

/** A rule without a variable may match everybody, and one of the hand-off variable everybody who needs an answer. */
function refuseWide(match: Readonly<Record<string, string>>, handoffVariable: string): void {
  const entries = Object.entries(match);
  const isWide = entries.length === 0 || entries.some(([name, value]) => name.trim() === '' || value.trim() === '');
  if (isWide) throw new AppError('invalid', 'doctor.rule-too-wide', 'a redirection rule needs a variable and a value: without them it would take everybody’s chats');
  if (handoffVariable in match) throw new AppError('invalid', 'doctor.rule-too-wide', `${handoffVariable} is set in every chat that the flow hands over: the rule would take all of them`);
}

function isSame(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}
