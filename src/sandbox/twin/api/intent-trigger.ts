import type { Account } from '../account.js';
import type { Chat } from '../chats/chat.js';
import { findChannel } from '../chats/channel.js';
import type { ChatMessage } from '../chats/chat-message.js';
import type { Sender } from '../chats/messenger.js';
import type { ChatReference, TriggerIntentBody } from '../contract/request-bodies.js';
import { isActive, type ListedIntent } from '../flow/catalogue.js';
import type { Template } from '../flow/flow-config.js';
import { renderTemplate } from '../flow/template.js';
import { newId } from '../ids.js';
import { drawn } from '../twin-options.js';

type Target = { readonly intent: ListedIntent } | { readonly template: Template };

export type TriggerResult = { readonly txId: string } | { readonly problem: string; readonly source: string };

/** The chat of a request body: an unknown contact of a known channel becomes a new chat [M]. */
export function chatFor(account: Account, reference: ChatReference): Chat | null {
  if (reference.chatId !== undefined) return account.chats.byChatId(reference.chatId) ?? null;
  const channel = findChannel(account.settings.channels, reference.channelId ?? '');
  return channel ? account.chats.findOrCreate(channel, reference.contactId ?? '', account.now()) : null;
}

/** Accepts one trigger-intent: looked up now, run after the account's delay. */
export function triggerIntent(account: Account, body: TriggerIntentBody): TriggerResult {
  const target = targetOf(account, body.intentIdOrName ?? '');
  if (!target) return { source: 'intentIdOrName', problem: `Intent not found: ${body.intentIdOrName ?? ''}` };
  const post = body.postActionIntentIdOrName;
  const postTarget = post === undefined ? undefined : targetOf(account, post);
  if (post !== undefined && !postTarget) return { source: 'postActionIntentIdOrName', problem: `Intent not found: ${post}` };
  // Last, because it creates the chat of an unknown contact: a refused call must leave none behind.
  const chat = chatFor(account, body.chat);
  if (!chat) return { source: 'chat', problem: 'Chat reference problem' };
  if ('template' in target && chat.channel.platform !== 'whatsapp') return { source: 'chat', problem: 'Templates are for WhatsApp' };
  const txId = newId();
  const execute = (): void => run(account, chat, postTarget ? [target, postTarget] : [target], { ...body, txId });
  const delayMs = drawn(account.settings.intentDelayMs);
  if (delayMs > 0) account.work.after(delayMs, execute);
  else execute();
  return { txId };
}

function targetOf(account: Account, idOrName: string): Target | undefined {
  const intent = account.catalogue.intent(idOrName);
  if (intent) return isActive(intent) ? { intent } : undefined;
  const template = account.catalogue.template(idOrName);
  return template && { template };
}

function run(account: Account, chat: Chat, targets: readonly Target[], request: TriggerIntentBody & { readonly txId: string }): void {
  const at = account.now();
  chat.sessionAt(at, 'Api');
  let changed = chat.setVariables(request.variables ?? {}, at);
  chat.setTags(request.tags ?? {});
  const messages: ChatMessage[] = [];
  for (const target of targets) {
    if ('template' in target) messages.push(...sendTemplate(account, chat, target.template, request));
    else {
      const result = account.flow.run(chat, target.intent, at);
      changed = { ...changed, ...result.changed };
      const sender: Sender = { origin: 'intent', txId: request.txId, intentName: target.intent.name };
      messages.push(...account.messenger.write(chat, result.says.map((content) => ({ content, ...payloadOf(request) })), sender));
    }
  }
  if (Object.keys(changed).length > 0) account.changed(chat, 'variables');
  account.messenger.echo(chat, messages, changed);
}

function sendTemplate(account: Account, chat: Chat, template: Template, request: TriggerIntentBody & { readonly txId: string }): ChatMessage[] {
  // Accepted with 202 and then silently dropped: what the platform does with a template that is not approved yet [1].
  if (template.state !== 'APPROVED') return [];
  const content = renderTemplate(template, chat.variables);
  const failure = !template.lines.includes(chat.channel.number ?? '')
    ? { code: 132001, error: 'Template name does not exist in the translation' }
    : content === null && { code: 132000, error: 'Number of parameters does not match' };
  const sender: Sender = { origin: 'template', txId: request.txId, templateName: template.name, ...(failure ? { failure } : {}) };
  return account.messenger.write(chat, [{ content: content ?? { text: template.text }, ...payloadOf(request) }], sender);
}

function payloadOf({ webhookPayload }: TriggerIntentBody): { webhookPayload?: string } {
  return webhookPayload === undefined ? {} : { webhookPayload };
}
