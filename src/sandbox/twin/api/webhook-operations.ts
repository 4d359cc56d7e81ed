import type { Account } from '../account.js';
import type { RuleBody } from '../contract/request-bodies.js';
import type { RedirectionRule } from '../webhook/registered-webhook.js';
import { badRequest, NO_CONTENT, NOT_FOUND, ok, type ApiRequest, type Handlers } from './answer.js';

type WebhookOperation =
  | 'list-webhooks'
  | 'get-webhook'
  | 'create-webhook-redirection-rule'
  | 'get-webhook-redirection-rule'
  | 'update-webhook-redirection-rule'
  | 'delete-webhook-redirection-rule';

/** The webhook as the API shows it: nothing here creates or changes one, only its redirection rules [O]. */
export function webhookOperations(account: Account): Pick<Handlers, WebhookOperation> {
  const { webhook } = account;
  const isOurs = (id: string | undefined): boolean => id === webhook.id && webhook.url !== null;
  const ruleOf = ({ params }: ApiRequest): RedirectionRule | undefined =>
    isOurs(params['webhookId']) ? webhook.rule(params['ruleId'] ?? '') : undefined;
  return {
    // The list gives the rules' URLs, the single answer the rules [O].
    'list-webhooks': () => ok({ items: webhook.url === null ? [] : [{ ...webhookView(account), redirectionRules: webhook.rules.map((rule) => rule.URL) }] }),
    'get-webhook': ({ params }) => (isOurs(params['id']) ? ok({ ...webhookView(account), redirectionRules: webhook.rules }) : NOT_FOUND),
    'create-webhook-redirection-rule': ({ params, body }) => {
      if (!isOurs(params['id'])) return NOT_FOUND;
      const { URL: url, name = '', chatsMatchProps = [] } = body as RuleBody;
      if (url === undefined || !URL.canParse(url)) return badRequest('URL', 'Invalid URL');
      return { status: 201, body: webhook.addRule({ URL: url, name, chatsMatchProps }) };
    },
    'get-webhook-redirection-rule': (request) => {
      const rule = ruleOf(request);
      return rule ? ok(rule) : NOT_FOUND;
    },
    'update-webhook-redirection-rule': (request) => {
      const rule = ruleOf(request);
      if (!rule) return NOT_FOUND;
      const { URL: url, name, chatsMatchProps } = request.body as RuleBody;
      if (url !== undefined && !URL.canParse(url)) return badRequest('URL', 'Invalid URL');
      rule.URL = url ?? rule.URL;
      rule.name = name ?? rule.name;
      rule.chatsMatchProps = chatsMatchProps ?? rule.chatsMatchProps;
      return ok(rule);
    },
    'delete-webhook-redirection-rule': (request) => {
      const rule = ruleOf(request);
      return rule && webhook.removeRule(rule.id) ? NO_CONTENT : NOT_FOUND;
    },
  };
}

function webhookView({ webhook }: Account): Record<string, unknown> {
  return {
    id: webhook.id,
    active: webhook.isActive,
    url: webhook.url,
    token: webhook.token,
    version: webhook.version,
    messagesNotifications: { channelsIds: webhook.channelIds, ...webhook.flags },
  };
}
