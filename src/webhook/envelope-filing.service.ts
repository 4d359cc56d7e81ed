import { Injectable } from '@nestjs/common';
import type { WireEvent } from '../botmaker/index.js';
import { CorrelationLog, type NewEntry } from '../correlation/index.js';
import { ChatStore, EventStore, sortChats, sortMail, type ChatIdentity, type SortMail, type UnreadEnvelope } from '../inbox/index.js';
import { Follow } from '../outbox/index.js';
import { Jobs, Metrics, type Tx } from '../platform/index.js';
import { CodeActionFiling } from './code-action-filing.service.js';
import { fileEvent, newsOfDuplicate, type FiledEvent } from './filed-event.js';

interface ReadEnvelope {
  envelope: UnreadEnvelope;
  events: WireEvent[];
}

interface Filed extends FiledEvent {
  envelope: UnreadEnvelope;
  /** Of the stored event; null for a duplicate. */
  id: bigint | null;
}

/** Files the events of some envelopes, inside the caller's transaction. */
@Injectable()
export class EnvelopeFiling {
  constructor(
    private readonly chats: ChatStore,
    private readonly events: EventStore,
    private readonly codeActions: CodeActionFiling,
    private readonly follow: Follow,
    private readonly jobs: Jobs,
    private readonly log: CorrelationLog,
    private readonly metrics: Metrics,
  ) {}

  /** In the order of arrival; a code block's call by itself, because the message that it speaks of may stand right before it. */
  async file(tx: Tx, read: readonly ReadEnvelope[]): Promise<void> {
    const isCall = ({ envelope }: ReadEnvelope): boolean => envelope.door === 'code-action';
    for (let at = 0; at < read.length; ) {
      const next = read.findIndex((one, index) => index > at && (isCall(one) || isCall(read[at] ?? one)));
      const together = read.slice(at, next === -1 ? read.length : next);
      await this.fileTogether(tx, together);
      at += together.length;
    }
  }

  private async fileTogether(tx: Tx, read: readonly ReadEnvelope[]): Promise<void> {
    const addressed = await this.address(tx, read);
    const call = read.find(({ envelope }) => envelope.door === 'code-action');
    const filed = await this.store(tx, call ? await this.codeActions.asCalled(tx, addressed) : await this.codeActions.asTold(tx, addressed));
    if (call) await this.codeActions.open(tx, call.envelope, filed);
    await this.followUp(tx, filed.filter(({ id }) => id !== null));
    await this.log.append(tx, ...filed.map(entryOf));
    const waiting = new Map(filed.flatMap((event) => (event.id !== null && event.chatId !== null && event.row.state === 'received' ? [[event.chatId, event.envelope.correlationId]] : [])));
    await this.wake(tx, [...waiting].map(([chatId, correlationId]) => ({ chatId, correlationId })));
    for (const { row, id } of filed) this.metrics.events.inc({ kind: row.kind, state: id === null ? 'duplicate' : row.state });
  }

  /** Many at once are looked at together first: most are the flow's business. */
  private async wake(tx: Tx, waiting: readonly SortMail[]): Promise<void> {
    const [first, second] = waiting;
    if (!first) return;
    if (!second) return this.jobs.enqueue(tx, sortMail, first);
    await this.jobs.enqueue(tx, sortChats, { chatIds: waiting.map(({ chatId }) => chatId).sort(), correlationId: first.correlationId });
  }

  private async address(tx: Tx, read: readonly ReadEnvelope[]): Promise<Filed[]> {
    const told = read.flatMap(({ envelope, events }) => events.map((wire) => ({ envelope, wire })));
    const chatIds = await this.chats.resolve(tx, told.map(({ wire }) => ({ address: wire.address ?? nobody, name: nameOf(wire) })));
    return told.map(({ envelope, wire }, index) => ({ ...fileEvent(wire, envelope, chatIds[index] ?? null), envelope, id: null }));
  }

  /** Inserts what is new. Of two equal keys in one batch the first is new and the second a duplicate, as across batches. */
  private async store(tx: Tx, filed: Filed[]): Promise<Filed[]> {
    const first = new Map(filed.map((event) => [event.row.key, event] as const).reverse());
    const ids = await this.events.insertNew(tx, [...first.values()].reverse().map(({ row }) => row));
    const known = filed.map((event) => ({ ...event, id: first.get(event.row.key) === event ? (ids.get(event.row.key) ?? null) : null }));
    const retold = known.filter(({ id, wire }) => id === null && wire.variables !== null);
    const toldBefore = await this.events.variablesOf(tx, retold.map(({ row }) => row.key));
    const news = retold.flatMap((event) => {
      const added = newsOfDuplicate(event, toldBefore.get(event.row.key));
      return added ? [{ ...added, envelope: event.envelope, id: null }] : [];
    });
    return news.length > 0 ? [...known, ...(await this.store(tx, news))] : known;
  }

  /** Echoes first: most statuses are of a message whose id its echo tells. */
  private async followUp(tx: Tx, filed: readonly Filed[]): Promise<void> {
    const echoes = filed.flatMap(({ wire, chatId, id }) => (wire.type === 'message' && wire.author !== 'customer' && chatId !== null && id !== null ? [{ event: wire, chatId, id }] : []));
    await this.events.claimAsOurs(tx, (await this.follow.echoes(tx, echoes)).map(({ id }) => id));
    await this.follow.statuses(tx, filed.flatMap(({ wire, chatId, row }) => (wire.type === 'status' ? [{ event: wire, chatId, at: row.occurredAt }] : [])));
  }
}

const nobody: ChatIdentity = { platform: null, channelId: null, contactId: null, chatId: null };

/** WhatsApp users name themselves; the operator's name for them is the better one. */
function nameOf({ person, type }: WireEvent): string | null {
  if (type !== 'message' && type !== 'variables') return null;
  return [person.firstName, person.lastName].filter(Boolean).join(' ') || person.nickName;
}

function entryOf({ wire, row, id, envelope, chatId }: Filed): NewEntry {
  const { door, correlationId } = envelope;
  const refs = { chatId, eventId: id, correlationId };
  if (id === null) return { type: 'inbox.duplicate', ...refs, reason: 'duplicate', detail: { kind: row.kind, door } };
  if (row.state === 'quarantined') return { type: 'inbox.quarantined', ...refs, reason: row.reason, detail: { door, detail: wire.type === 'quarantined' ? wire.detail : '' } };
  if (row.state === 'ignored') return { type: 'inbox.ignored', ...refs, reason: row.reason, detail: { kind: row.kind, door } };
  return { type: 'inbox.accepted', ...refs, detail: { kind: row.kind, author: row.author, door, backfill: row.backfill } };
}
