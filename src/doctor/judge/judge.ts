import type { AccountFacts, Facts, OwnFacts } from '../facts.js';
import type { Finding } from '../finding.js';
import type { Topic } from '../words/entry.js';
import { judgeIntents, judgeTemplate } from './judge-flow.js';
import { judgeClock, judgeDatabase, judgeHost, judgeModel } from './judge-host.js';
import { judgeLines } from './judge-lines.js';
import { judgeOwn, judgeReach } from './judge-own.js';
import { judgeToken } from './judge-token.js';
import { judgeRules, judgeWebhook } from './judge-webhook.js';
import { ourWebhook } from './our-webhook.js';

/** Everything that is to be said, by what was seen. Nothing is asked here. */
export function judge(facts: Facts): Finding[] {
  const { own, account, database, clock, host, model } = facts;
  return [
    ...judgeOwn(own, account !== null),
    ...(account === null ? judgeReach(null, own.isSandbox) : judgeAccount(own, account)),
    ...judgeDatabase(database),
    ...judgeClock(clock),
    ...judgeModel(model),
    ...judgeHost(host),
  ];
}

/** What nobody could look at: of these nothing is known to be well. */
export function unseenTopics({ account, database }: Pick<Facts, 'account' | 'database'>): Topic[] {
  const isUnseen = (part: 'lines' | 'webhooks' | 'intents' | 'templates'): boolean => account === null || 'unseen' in account[part];
  return [
    ...(account === null ? (['token'] as const) : []),
    ...(isUnseen('webhooks') ? (['webhook', 'rules', 'lines'] as const) : []),
    ...(isUnseen('lines') ? (['lines'] as const) : []),
    ...(isUnseen('intents') ? (['intents'] as const) : []),
    ...(isUnseen('templates') ? (['template'] as const) : []),
    ...('unseen' in database ? (['clock'] as const) : []),
  ];
}

/** Botmaker's side, and whether ours fits it. */
export function judgeAccount(own: OwnFacts, account: AccountFacts): Finding[] {
  const { webhooks: seen } = account;
  const ours = 'value' in seen ? ourWebhook(seen.value, own.webhookUrl) : null;
  return [
    ...judgeReach(account, own.isSandbox),
    ...judgeToken(account.token, own.isSandbox),
    ...(ours && 'value' in seen ? [...judgeWebhook(ours, seen.value.length, own.webhookUrl), ...judgeRules(ours, own.webhookUrl)] : []),
    ...judgeLines(account, ours?.webhook ?? null),
    ...judgeIntents(own, account),
    ...judgeTemplate(own, account, ours?.webhook ?? null),
  ];
}
