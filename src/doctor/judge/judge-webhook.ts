import type { WebhookFlag } from '../../botmaker/index.js';
import type { JudgedWebhook } from '../facts.js';
import { found, type Finding, type FindingCode } from '../finding.js';
import { hostOf, isSameUrl, type OurWebhook } from './our-webhook.js';

const whenOff: Record<WebhookFlag, FindingCode> = {
  notifyUserMessages: 'webhook-user-messages-off',
  notifyBotMessages: 'webhook-bot-messages-off',
  notifyOperatorMessages: 'webhook-operator-messages-off',
  notifyStatusChanges: 'webhook-status-changes-off',
  includeVariableChanges: 'webhook-variable-changes-off',
};

/** Whether Botmaker tells us what we need to hear. */
export function judgeWebhook(ours: OurWebhook, count: number, webhookUrl: string | null): Finding[] {
  const { webhook } = ours;
  if (webhook === null) return [ours.why === 'none' ? found('webhook-missing') : found('webhook-unclear', { count })];
  const isElsewhere = webhookUrl !== null && ours.by !== 'url' && ours.by !== 'rule';
  return [
    ...(isElsewhere ? [found('webhook-elsewhere', { host: hostOf(webhook.url) })] : []),
    ...(webhook.isActive === false ? [found('webhook-off')] : []),
    ...judgeSecurityToken(webhook),
    ...(webhook.version !== null && !/^v?1\.1$/i.test(webhook.version) ? [found('webhook-version', { version: webhook.version })] : []),
    ...(isPlain(webhook.url) ? [found('webhook-plain-http')] : []),
    ...judgeFlags(webhook),
    ...(webhook.lineIds?.length === 0 ? [found('webhook-no-lines')] : []),
  ];
}

function judgeSecurityToken({ tokenIs }: JudgedWebhook): Finding[] {
  if (tokenIs === 'current') return [];
  return [found(tokenIs === null ? 'webhook-token-unsaid' : tokenIs === 'previous' ? 'webhook-token-previous' : 'webhook-token-other')];
}

/** Where some switches are told, one that is not is off: who writes JSON for Botmaker may leave a "no" out. */
function judgeFlags({ flags }: JudgedWebhook): Finding[] {
  if (flags === null || Object.values(flags).every((flag) => flag === null)) return [found('webhook-flags-unsaid')];
  return (Object.keys(whenOff) as WebhookFlag[]).filter((flag) => flags[flag] !== true).map((flag) => found(whenOff[flag]));
}

/** Redirection rules that send chats to somebody else, or only some to us. */
export function judgeRules(ours: OurWebhook, webhookUrl: string | null): Finding[] {
  if (ours.webhook === null) return [];
  return ours.webhook.rules.flatMap(({ url, name, match }): Finding[] => {
    const rule = name ?? '—';
    const host = hostOf(url);
    if (isSameUrl(url, webhookUrl)) return ours.by === 'rule' ? [found('rule-ours', { rule })] : [];
    if (match === null) return [found('rule-unread', { host })];
    if (match.length === 0 || match.some((props) => Object.keys(props).length === 0)) return [found('rule-everybody', { rule, host })];
    return [found('rule-elsewhere', { rule, host, variables: [...new Set(match.flatMap(Object.keys))].join(', ') })];
  });
}

const isPlain = (url: string | null): boolean => {
  if (url === null || !URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !/^(localhost|127\..*|\[::1\])$/.test(hostname);
};
