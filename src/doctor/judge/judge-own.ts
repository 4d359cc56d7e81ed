import type { AccountFacts, OwnFacts, Seen } from '../facts.js';
import { found, type Finding } from '../finding.js';

/** What can be said of our settings without asking anybody. An account that runs here brings its intents along; while it does not run, nobody knows them. */
export function judgeOwn(own: OwnFacts, isAccountThere: boolean): Finding[] {
  const { isSandbox, webhookUrl, returnIntent, humanIntent, muteIntent, windowTemplate } = own;
  if (isSandbox && !isAccountThere) return [found('sandbox-in-use')];
  return [
    ...(isSandbox ? [found('sandbox-in-use')] : []),
    ...(returnIntent === null ? [found('return-intent-unset')] : []),
    ...(humanIntent === null ? [found('human-intent-unset')] : []),
    ...(muteIntent === null ? [found('mute-intent-unset')] : []),
    ...(windowTemplate === null ? [found('window-template-unset')] : []),
    ...(webhookUrl === null && !isSandbox ? [found('public-url-unset')] : []),
  ];
}

/** What `loadConfig` found wrong; a token with asterisks is what people paste who never saw the whole one. */
export function judgeConfigProblems(problems: readonly string[], env: Readonly<Record<string, string | undefined>>): Finding[] {
  const isMasked = env['BM_ACCESS_TOKEN']?.includes('*') ?? false;
  const others = problems.filter((problem) => !(isMasked && problem.startsWith('BM_ACCESS_TOKEN')));
  return [...(isMasked ? [found('token-masked')] : []), ...others.map((problem) => found('config-invalid', { problem }))];
}

const parts = { lines: 'GET /channels', webhooks: 'GET /webhooks', intents: 'GET /intents', templates: 'GET /whatsapp/templates' } as const;

/** What kept us from looking: said once for what is wrong with the way or the token, and for each part otherwise. */
export function judgeReach(account: AccountFacts | null, isSandbox: boolean): Finding[] {
  if (account === null) return [found('sandbox-not-running')];
  const unseen = (Object.keys(parts) as (keyof typeof parts)[]).flatMap((part) => {
    const seen: Seen<unknown> = account[part];
    return 'unseen' in seen ? [{ what: parts[part], why: seen.unseen }] : [];
  });
  const has = (code: string): boolean => unseen.some(({ why }) => why === code);
  if (has('botmaker.unreachable')) return [found(isSandbox ? 'sandbox-not-running' : 'botmaker-unreachable')];
  if (has('botmaker.token-refused')) return [found('token-refused')];
  return unseen.map(({ what, why }) => (why === 'botmaker.forbidden' ? found('token-forbidden', { what }) : found('botmaker-unseen', { what, why })));
}
