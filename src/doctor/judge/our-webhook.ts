import type { JudgedWebhook } from '../facts.js';

/** Which of the account's webhooks is the one that should tell us, and how we know. */
export type OurWebhook =
  | { webhook: JudgedWebhook; by: 'url' | 'rule' | 'token' | 'only' }
  | { webhook: null; why: 'none' | 'unclear' };

/** The address is the best proof, then a redirection rule that leads to us, then our token; one alone is taken for ours. */
export function ourWebhook(webhooks: readonly JudgedWebhook[], webhookUrl: string | null): OurWebhook {
  const byUrl = webhooks.find(({ url }) => isSameUrl(url, webhookUrl));
  if (byUrl) return { webhook: byUrl, by: 'url' };
  const byRule = webhooks.find(({ rules }) => rules.some(({ url }) => isSameUrl(url, webhookUrl)));
  if (byRule) return { webhook: byRule, by: 'rule' };
  const byToken = webhooks.filter(({ tokenIs }) => tokenIs === 'current' || tokenIs === 'previous');
  if (byToken.length === 1 && byToken[0]) return { webhook: byToken[0], by: 'token' };
  if (webhooks.length === 1 && webhooks[0]) return { webhook: webhooks[0], by: 'only' };
  return { webhook: null, why: webhooks.length === 0 ? 'none' : 'unclear' };
}

/** Whether two addresses lead to the same place; a slash at the end and a query make no difference. */
export function isSameUrl(one: string | null, other: string | null): boolean {
  const [a, b] = [one, other].map((url) => (url !== null && URL.canParse(url) ? new URL(url) : null));
  return Boolean(a && b) && a?.origin === b?.origin && trimmed(a?.pathname) === trimmed(b?.pathname);
}

const trimmed = (path = ''): string => path.replace(/\/+$/, '');

/** The part of an address that may be shown: some put a secret into the path or the query. */
export const hostOf = (url: string | null): string => (url !== null && URL.canParse(url) ? new URL(url).host : '?');
