import type { Account } from '../account.js';
import type { NotificationBody } from '../contract/request-bodies.js';
import { findChannel } from '../chats/channel.js';
import { newId } from '../ids.js';
import { errors, NO_CONTENT, ok, type Answer, type ApiRequest, type Handlers } from './answer.js';
import { triggerIntent } from './intent-trigger.js';
import { pageOf } from './paging.js';

type NotificationOperation =
  | 'send-notification'
  | 'list-sent-notifications-results'
  | 'contacts-blacklist'
  | 'contacts-blacklist_1'
  | 'contacts-blacklist_2';

interface Instance {
  readonly id: string;
  readonly name: string;
  readonly campaign: string;
  readonly start: Date;
  readonly txIds: ReadonlySet<string>;
}

const PAGE_SIZE = 500;

/** Campaigns and the blacklist, as far as a messaging backend meets them. */
export function notificationOperations(account: Account): Pick<Handlers, NotificationOperation> {
  const blacklist = new Set<string>();
  const instances: Instance[] = [];
  return {
    'send-notification': ({ body }) => {
      const instance = send(account, body as NotificationBody, blacklist);
      if (!instance) return { status: 400 };
      instances.push(instance);
      return { status: 201 };
    },
    'list-sent-notifications-results': (request) => results(account, instances, request),
    'contacts-blacklist': ({ body }) => {
      for (const contact of (body as { contacts?: string[] }).contacts ?? []) blacklist.add(contact);
      return NO_CONTENT;
    },
    'contacts-blacklist_1': ({ params }) => {
      blacklist.delete(params['contact'] ?? '');
      return NO_CONTENT;
    },
    'contacts-blacklist_2': () => ok({ contacts: [...blacklist], nextPage: null }),
  };
}

/** Null when the channel or the intent is unknown: a 400 without a body [O]. */
function send(account: Account, body: NotificationBody, blacklist: ReadonlySet<string>): Instance | null {
  if (!findChannel(account.settings.channels, body.channelId)) return null;
  const txIds = new Set<string>();
  const wanted = body.contacts.filter(({ contactId }) => !blacklist.has(contactId));
  for (const { contactId, ...rest } of wanted) {
    const result = triggerIntent(account, { ...rest, chat: { channelId: body.channelId, contactId }, intentIdOrName: body.intentIdOrName ?? body.name });
    if ('problem' in result) return null;
    txIds.add(result.txId);
  }
  return { id: newId(), name: body.name, campaign: body.campaign ?? 'default', start: account.now(), txIds };
}

function results(account: Account, instances: readonly Instance[], request: ApiRequest): Answer {
  const { query } = request;
  const name = query['notification-name'];
  const found = instances.filter((instance) =>
    name === undefined
      ? instance.start >= new Date(String(query['from'])) && instance.start <= new Date(String(query['to']))
      : instance.name === name,
  );
  if (name !== undefined && found.length === 0) return errors(404, 'notification-name', ['Notification not found']);
  const keyOf = (instance: Instance): string => `${instance.start.toISOString()} ${instance.id}`;
  const page = pageOf([...found].sort((a, b) => (keyOf(a) < keyOf(b) ? 1 : -1)), request, { size: PAGE_SIZE, keyOf, isDescending: true });
  return ok({ items: page.items.map((instance) => instanceView(account, instance)), nextPage: page.nextPage });
}

function instanceView(account: Account, instance: Instance): Record<string, unknown> {
  const messages = account.chats.all().flatMap((chat) => chat.messages).filter(({ txId }) => txId !== undefined && instance.txIds.has(txId));
  const count = (...statuses: string[]): number => messages.filter(({ status }) => statuses.includes(status)).length;
  return {
    campaignName: instance.campaign,
    notificationName: instance.name,
    start: instance.start.toISOString(),
    end: instance.start.toISOString(),
    status: 'COMPLETED',
    details: { sent: count('sent', 'delivered', 'read'), delivered: count('delivered', 'read'), read: count('read'), answered: 0, error: count('failed') },
    notificationInstanceId: instance.id,
  };
}
