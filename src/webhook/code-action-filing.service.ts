import { Injectable } from '@nestjs/common';
import { EventStore, type KnownMessage, type UnreadEnvelope } from '../inbox/index.js';
import { CodeActionStore, type UntoldCall } from '../outbox/index.js';
import type { Tx } from '../platform/index.js';
import type { FiledEvent } from './filed-event.js';
import { isSameMessage, type ToldMessage } from './same-message.js';

/** How far around a message the one that the webhook told is looked for. */
const aroundMs = 60_000;

/**
 * Files what a code block sent beside what the webhook tells: finds out that both speak of the same message of a customer, in
 * whichever order they come. What is recognised takes the key of the event that is stored already, and is from there on a
 * duplicate like others. The caller holds the reader's lock, so nobody files anything of the chat meanwhile.
 */
@Injectable()
export class CodeActionFiling {
  constructor(
    private readonly events: EventStore,
    private readonly calls: CodeActionStore,
  ) {}

  /**
   * Of the message and the call that a code block sent. A call asks for nothing new when its message is in a turn already, or
   * when it is repeated: it must not take the chat from whoever got it since.
   */
  async asCalled<E extends FiledEvent>(tx: Tx, filed: readonly E[]): Promise<E[]> {
    const message = filed.find(isCustomers);
    if (!message) return [...filed];
    const known = await this.stored(tx, message);
    if (!known) return [...filed];
    const isRepeated = (await this.calls.spokenOf(tx, [known.id])).size > 0;
    const isAnswered = known.runId !== null;
    return filed.map((event) => {
      if (event === message) return { ...event, row: { ...event.row, key: known.key } };
      return isRepeated || isAnswered ? { ...event, row: { ...event.row, state: 'read' } } : event;
    });
  }

  /** Of what the webhook (or the sweep) told: notes what code blocks spoke of before. */
  async asTold<E extends FiledEvent>(tx: Tx, filed: readonly E[]): Promise<E[]> {
    const chatIds = filed.filter(isCustomers).flatMap(({ chatId }) => chatId ?? []);
    let untold = chatIds.length === 0 ? [] : await this.calls.untold(tx, [...new Set(chatIds)]);
    if (untold.length === 0) return [...filed];
    const known = new Map((await this.events.known(tx, filed.map(({ row }) => row.key))).map((event) => [event.key, event]));
    for (const event of filed.filter(isCustomers)) {
      const messageId = known.get(event.row.key)?.id ?? (await this.adopted(tx, event, untold));
      if (messageId === null || !untold.some((call) => call.messageEventId === messageId)) continue;
      await this.calls.noteTold(tx, messageId);
      untold = untold.filter((call) => call.messageEventId !== messageId);
    }
    return [...filed];
  }

  /** Whoever waits at the door learns by this of which message its call speaks, or why of none. `filed` is stored. */
  async open(tx: Tx, { deliveryKey, correlationId, receivedAt }: UnreadEnvelope, filed: readonly (FiledEvent & { id: bigint | null })[]): Promise<void> {
    if (deliveryKey === null) return;
    const call = filed.find(({ wire }) => wire.type === 'code-action');
    const said = call && filed.find(isCustomers);
    const eventId = said && (said.id ?? (await this.events.known(tx, [said.row.key]))[0]?.id);
    const message = said && eventId ? { eventId, key: said.wire.key } : null;
    const reason = message ? null : (filed[0]?.row.reason ?? 'no-content');
    await this.calls.open(tx, { id: deliveryKey, correlationId, chatId: said?.chatId ?? null, eventId: call?.id ?? null, message, reason, calledAt: receivedAt });
  }

  /** The stored event takes the webhook's name for it: the webhook repeats itself, and the sweep compares, by that. */
  private async adopted(tx: Tx, event: FiledEvent, untold: readonly UntoldCall[]): Promise<bigint | null> {
    const call = untold.find((one) => one.chatId === event.chatId && isSameMessage(one, toldOf(event)));
    if (!call) return null;
    await this.events.rename(tx, call.messageEventId, { key: event.row.key, remoteId: event.row.remoteId });
    return call.messageEventId;
  }

  private async stored(tx: Tx, { wire, chatId, row }: FiledEvent): Promise<KnownMessage | null> {
    if (chatId === null) return null;
    const named = await this.calls.messageNamed(tx, chatId, wire.key);
    const [byName] = named === null ? await this.events.known(tx, [row.key]) : await this.events.byId(tx, named);
    if (byName) return byName;
    const near = await this.events.customersAround(tx, chatId, row.occurredAt, aroundMs);
    const spokenOf = await this.calls.spokenOf(tx, near.map(({ id }) => id));
    return near.find((one) => !spokenOf.has(one.id) && isSameMessage(one, row)) ?? null;
  }
}

const isCustomers = ({ wire }: FiledEvent): boolean => wire.type === 'message' && wire.author === 'customer';
const toldOf = ({ row }: FiledEvent): ToldMessage => row;
