import { belongsTo, isApproved, type IntentSetup, type Line, type TemplateSetup } from '../../botmaker/index.js';
import type { AccountFacts, JudgedWebhook, OwnFacts } from '../facts.js';
import { found, type Finding } from '../finding.js';
import { coveredLines, lineName } from './judge-lines.js';

/** The intents that we trigger: each by its name or id, as trigger-intent finds it [O]. */
export function judgeIntents(own: OwnFacts, { intents: seen }: AccountFacts): Finding[] {
  if ('unseen' in seen) return [];
  const settings = { RETURN_INTENT: own.returnIntent, HUMAN_INTENT: own.humanIntent, MUTE_INTENT: own.muteIntent };
  return Object.entries(settings).flatMap(([setting, name]) => (name === null ? [] : judgeIntent(setting, name, seen.value)));
}

function judgeIntent(setting: string, name: string, intents: readonly IntentSetup[]): Finding[] {
  const meant = named(name, intents);
  if (meant.length === 0) return [found('intent-missing', { setting, name })];
  if (meant.every(({ isActive }) => isActive === false)) return [found('intent-off', { setting, name })];
  return meant.length > 1 ? [found('intent-twice', { setting, name, count: meant.length })] : [];
}

/** The template that re-opens a conversation. */
export function judgeTemplate(own: OwnFacts, account: AccountFacts, webhook: JudgedWebhook | null): Finding[] {
  const { windowTemplate: name, returnIntent } = own;
  const { templates: seen, intents: intentsSeen, lines } = account;
  if (name === null || 'unseen' in seen) return [];
  const intents = 'value' in intentsSeen ? intentsSeen.value : [];
  const template = seen.value.find((one) => one.name === name);
  if (!template) {
    if (named(name, intents).length > 0) return [found('template-is-intent', { name })];
    return 'unseen' in intentsSeen ? [] : [found('template-missing', { name })];
  }
  const flowBot = returnIntent === null ? null : (named(returnIntent, intents)[0]?.botName ?? null);
  return [
    ...judgeApproval(name, template),
    ...judgeItsLines(name, template, 'value' in lines ? coveredLines(lines.value.lines, webhook) : []),
    ...(template.category === 'MARKETING' ? [found('template-marketing', { name })] : []),
    ...(template.botName !== null && flowBot !== null && template.botName !== flowBot ? [found('template-moves-bot', { name, bot: template.botName, flowBot })] : []),
  ];
}

function judgeApproval(name: string, template: TemplateSetup): Finding[] {
  const { state } = template;
  if (state === null || isApproved(template)) return [];
  return [state === 'REJECTED' ? found('template-rejected', { name }) : found('template-pending', { name, state })];
}

function judgeItsLines(name: string, template: TemplateSetup, covered: readonly Line[]): Finding[] {
  const without = covered.filter(({ platform, number }) => platform === 'whatsapp' && number !== null && !belongsTo(template, (one) => one === number));
  return without.length > 0 ? [found('template-other-line', { name, lines: without.map(lineName).join(', ') })] : [];
}

const named = (nameOrId: string, intents: readonly IntentSetup[]): IntentSetup[] => intents.filter(({ id, name }) => id === nameOrId || name === nameOrId);
