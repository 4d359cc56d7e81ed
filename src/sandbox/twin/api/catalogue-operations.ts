import type { Account } from '../account.js';
import type { Channel } from '../chats/channel.js';
import type { TemplateBody } from '../contract/request-bodies.js';
import { isActive, type ListedIntent } from '../flow/catalogue.js';
import type { Template } from '../flow/flow-config.js';
import { badRequest, NO_CONTENT, NOT_FOUND, ok, type Answer, type Handlers } from './answer.js';
import { pageOf } from './paging.js';

const INTENTS_PER_PAGE = 200;
const PLATFORMS = ['whatsapp', 'webchat', 'messenger', 'instagram', 'telegram'];

type CatalogueOperation =
  | 'list-channels'
  | 'updateChannel'
  | 'get-intent'
  | 'list-intents'
  | 'list-whatsapp-templates'
  | 'create-whatsapp-template'
  | 'get-whatsapp-template'
  | 'private-file-temp-access-link';

/** What the account has: lines, intents, templates, files. */
export function catalogueOperations(account: Account): Pick<Handlers, CatalogueOperation> {
  const { catalogue, settings, webhook } = account;
  return {
    'list-channels': ({ query }) => {
      if (query['platform'] !== undefined && !PLATFORMS.includes(String(query['platform']))) return badRequest('platform', 'Invalid platform');
      const channels = settings.channels.filter(
        (channel) => (query['platform'] ?? channel.platform) === channel.platform && (query['active'] ?? channel.isActive) === channel.isActive,
      );
      return ok({ items: channels.map((channel) => channelView(channel, webhook.id)) });
    },
    updateChannel: ({ params, body }) => {
      const channel = settings.channels.find((candidate) => candidate.id === params['id']);
      if (!channel) return { status: 404, body: {} };
      const { name, active } = body as { name?: string; active?: boolean };
      channel.name = name ?? channel.name;
      channel.isActive = active ?? channel.isActive;
      return NO_CONTENT;
    },
    'get-intent': ({ params }) => {
      const intent = catalogue.intent(params['idOrName'] ?? '');
      return intent ? ok(intentView(account, intent)) : NOT_FOUND;
    },
    'list-intents': (request) => {
      const intents = [...catalogue.intents].sort((a, b) => (a.id < b.id ? -1 : 1));
      const page = pageOf(intents, request, { size: INTENTS_PER_PAGE, keyOf: (intent) => intent.id });
      return ok({ items: page.items.map((intent) => intentView(account, intent)), nextPage: page.nextPage });
    },
    'list-whatsapp-templates': ({ query }) => {
      const templates = catalogue.templates.filter((template) => (query['state'] ?? template.state) === template.state);
      return ok({ items: templates.map((template) => templateView(account, template)) });
    },
    'create-whatsapp-template': ({ body }) => createTemplate(account, body as TemplateBody),
    'get-whatsapp-template': ({ params }) => {
      const template = catalogue.template(params['idOrName'] ?? '');
      return template ? ok(templateView(account, template)) : NOT_FOUND;
    },
    'private-file-temp-access-link': ({ query }) => ok(`${String(query['file-url'])}?expires-in=${String(query['expire-minutes'] ?? 3)}m`),
  };
}

function channelView(channel: Channel, webhookId: string): Record<string, unknown> {
  const { id, platform, name, number } = channel;
  return {
    id,
    platform,
    active: channel.isActive,
    name,
    webhookId,
    ...(platform === 'whatsapp' ? { number, status: channel.status ?? 'CONNECTED', quality: channel.quality ?? 'GREEN', wabaId: '100000000000001', trial: false } : {}),
  };
}

function intentView({ catalogue }: Account, intent: ListedIntent): Record<string, unknown> {
  return {
    id: intent.id,
    name: intent.name,
    bot: { id: catalogue.botId, name: catalogue.flow.botName },
    topics: [],
    triggers: intent.triggers ?? [],
    active: isActive(intent),
  };
}

function templateView({ catalogue }: Account, template: Template): Record<string, unknown> {
  const buttons = template.buttons?.map((button) => ({ type: 'QUICK_REPLY', ...button }));
  return {
    name: template.name,
    state: template.state,
    notes: [],
    phoneLinesNumbers: template.lines,
    botName: template.botName ?? catalogue.flow.botName,
    category: template.category,
    locale: template.locale,
    body: { text: template.text },
    ...(template.footer === undefined ? {} : { footer: { text: template.footer } }),
    ...(buttons ? { buttons } : {}),
  };
}

/** A new template waits for WhatsApp's approval. */
function createTemplate(account: Account, body: TemplateBody): Answer {
  const { catalogue, settings } = account;
  if (catalogue.template(body.name ?? '')) return badRequest('name', 'There is a template with this name');
  const quickReplies = (body.buttons ?? []).filter((button) => button.type === 'QUICK_REPLY');
  const template: Template = {
    name: body.name ?? '',
    state: 'ACCOUNT_PENDING',
    category: body.category ?? 'UTILITY',
    locale: body.locale ?? 'es_AR',
    text: body.body.text,
    ...(body.footer ? { footer: body.footer.text } : {}),
    lines: [body.phoneLineNumber ?? settings.line],
    ...(quickReplies.length > 0
      ? { buttons: quickReplies.map(({ text, webhookPayload }) => (webhookPayload === undefined ? { text } : { text, webhookPayload })) }
      : {}),
  };
  catalogue.templates.push(template);
  return { status: 201, body: templateView(account, template) };
}
