import { Secret } from '../../platform/index.js';
import { webhookFlags, type IntentSetup, type Line, type RedirectionRule, type TemplateSetup, type WebhookFlag, type WebhookSetup } from './setup.js';

type Fields = Readonly<Record<string, unknown>>;

/** The items of a listing. One integration found the body of GET /webhooks to be `null` where there are none [1]. */
export function itemsOf(body: unknown): Fields[] {
  const items = fieldsOf(body)?.['items'];
  return Array.isArray(items) ? items.map(fieldsOf).filter((item) => item !== null) : [];
}

export function lineOf(item: Fields): Line[] {
  const id = textOf(item['id']);
  if (id === null) return [];
  return [{
    id,
    platform: textOf(item['platform']),
    name: textOf(item['name']),
    number: textOf(item['number']),
    isActive: yesOrNo(item['active']),
    webhookId: textOf(item['webhookId']),
    status: textOf(item['status']),
    quality: textOf(item['quality']),
    isTrial: yesOrNo(item['trial']),
  }];
}

/** A channel of which only its chats are known: `<businessId>-<platform>-<lineNumber>` [O]. */
export function lineOfChat(item: Fields): Line[] {
  const id = textOf(fieldsOf(item['chat'])?.['channelId']);
  if (id === null) return [];
  const [, platform = null, rest = ''] = /-([a-z]+)-([^-]*)$/.exec(id) ?? [];
  return [{ id, platform, name: null, number: /^\d+$/.test(rest) ? rest : null, isActive: null, webhookId: null, status: null, quality: null, isTrial: null }];
}

export function webhookOf(item: Fields): WebhookSetup {
  const told = fieldsOf(item['messagesNotifications']);
  const token = textOf(item['token']);
  const rules: unknown[] = Array.isArray(item['redirectionRules']) ? item['redirectionRules'] : [];
  return {
    id: textOf(item['id']),
    isActive: yesOrNo(item['active']),
    url: textOf(item['url']),
    token: token === null ? null : new Secret(token),
    version: textOf(item['version']),
    lineIds: told ? textsOf(told['channelsIds']) : null,
    flags: told ? (Object.fromEntries(webhookFlags.map((flag) => [flag, yesOrNo(told[flag])])) as Record<WebhookFlag, boolean | null>) : null,
    rules: rules.map(ruleOf),
  };
}

/** In the listing a rule is its address, in the answer for one webhook an object [O]. */
export function ruleOf(given: unknown): RedirectionRule {
  const rule = fieldsOf(given);
  if (!rule) return { id: null, url: textOf(given), name: null, match: null };
  const match = rule['chatsMatchProps'];
  return {
    id: textOf(rule['id']),
    url: textOf(rule['URL'] ?? rule['url']),
    name: textOf(rule['name']),
    match: Array.isArray(match) ? match.map((props: unknown) => Object.fromEntries(Object.entries(fieldsOf(props) ?? {}).map(([name, value]) => [name, String(value)]))) : null,
  };
}

export function intentOf(item: Fields): IntentSetup {
  return { id: textOf(item['id']), name: textOf(item['name']), botName: textOf(fieldsOf(item['bot'])?.['name']), isActive: yesOrNo(item['active']) };
}

export function templateOf(item: Fields): TemplateSetup {
  return {
    name: textOf(item['name']),
    state: textOf(item['state'])?.toUpperCase() ?? null,
    category: textOf(item['category'])?.toUpperCase() ?? null,
    lineNumbers: textsOf(item['phoneLinesNumbers']),
    botName: textOf(item['botName']),
  };
}

/** The variables of a chat, as GET /chats/{ref} shows them. */
export function variablesOf(body: unknown): Record<string, string> {
  const variables = fieldsOf(fieldsOf(body)?.['variables']) ?? {};
  return Object.fromEntries(Object.entries(variables).flatMap(([name, value]) => (value === null || typeof value === 'object' ? [] : [[name, String(value)]])));
}

function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

const textOf = (value: unknown): string | null => (typeof value === 'string' && value.trim() !== '' ? value.trim() : typeof value === 'number' ? String(value) : null);

const textsOf = (value: unknown): string[] | null => (Array.isArray(value) ? value.flatMap((item: unknown) => textOf(item) ?? []) : null);

function yesOrNo(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value;
  return value === 'true' ? true : value === 'false' ? false : null;
}
