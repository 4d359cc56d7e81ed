import { ApiProperty } from '@nestjs/swagger';
import type { Delivery, Message } from '../generated/prisma/client.js';
import { ReasonWords, reasonWords } from './chat-view.js';

/** One of the things that a customer may choose from. */
export class OptionView {
  @ApiProperty()
  title!: string;

  @ApiProperty({ type: String, nullable: true })
  description!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'What a tap starts in the flow; null: the tap is told to us' })
  intent!: string | null;
}

/** One thing we send. */
export class MessageView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ format: 'uuid' })
  runId!: string;

  @ApiProperty({ description: 'Place within the turn’s answer' })
  part!: number;

  @ApiProperty({ enum: ['text', 'list', 'buttons', 'media', 'intent'] })
  kind!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Its words; for a medium its address' })
  text!: string | null;

  @ApiProperty({ type: [OptionView], description: 'What is offered, for the kinds `list` and `buttons`' })
  options!: OptionView[];

  @ApiProperty({ type: String, nullable: true, description: 'Name or id of the intent, for a message of the kind `intent`' })
  intent!: string | null;

  @ApiProperty({ enum: ['planned', 'sending', 'accepted', 'sent', 'delivered', 'read', 'retrying', 'held', 'expired', 'dead', 'unknown'] })
  state!: string;

  @ApiProperty({ type: String, nullable: true })
  reason!: string | null;

  @ApiProperty({ type: ReasonWords, nullable: true })
  reasonText!: ReasonWords | null;

  @ApiProperty()
  attempts!: number;

  @ApiProperty({ type: String, nullable: true, description: 'Botmaker’s id of the message' })
  remoteId!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Botmaker’s id of the call that carried it' })
  notificationId!: string | null;

  @ApiProperty()
  createdAt!: Date;

  @ApiProperty({ type: Date, nullable: true })
  sendingAt!: Date | null;

  @ApiProperty({ type: Date, nullable: true, description: 'Botmaker queued it' })
  acceptedAt!: Date | null;

  @ApiProperty({ type: Date, nullable: true, description: 'Its echo came back' })
  confirmedAt!: Date | null;

  @ApiProperty({ type: Date, nullable: true, description: 'On the customer’s device; not every line reports it' })
  deliveredAt!: Date | null;

  @ApiProperty({ type: Date, nullable: true })
  readAt!: Date | null;
}

/** One attempt to send: one HTTP call with one or more messages of a turn. */
export class DeliveryView {
  @ApiProperty({ example: '77' })
  id!: string;

  @ApiProperty({ type: [String] })
  messageIds!: string[];

  @ApiProperty()
  attempt!: number;

  @ApiProperty({ type: String, nullable: true, description: 'Null while the call is under way' })
  outcome!: string | null;

  @ApiProperty({ type: String, nullable: true })
  code!: string | null;

  @ApiProperty({ type: Number, nullable: true })
  httpStatus!: number | null;

  @ApiProperty()
  startedAt!: Date;

  @ApiProperty({ type: Date, nullable: true })
  endedAt!: Date | null;
}

/** When the customer's side told of it; the message row holds only the latest state. */
export interface Receipts {
  deliveredAt: Date | null;
  readAt: Date | null;
}

export function messageView(row: Message, receipts: Receipts | undefined): MessageView {
  return {
    id: row.id,
    runId: row.runId,
    part: row.part,
    kind: row.kind,
    text: row.text,
    options: optionsOf(row.content),
    intent: intentOf(row.content),
    state: row.state,
    reason: row.reason,
    reasonText: reasonWords(row.reason),
    attempts: row.attempts,
    remoteId: row.remoteId,
    notificationId: row.notificationId,
    createdAt: row.createdAt,
    sendingAt: row.sendingAt,
    acceptedAt: row.acceptedAt,
    confirmedAt: row.confirmedAt,
    deliveredAt: receipts?.deliveredAt ?? null,
    readAt: receipts?.readAt ?? null,
  };
}

function intentOf(content: unknown): string | null {
  const { intentIdOrName } = (content ?? {}) as { intentIdOrName?: unknown };
  return typeof intentIdOrName === 'string' ? intentIdOrName : null;
}

function optionsOf(content: unknown): OptionView[] {
  const { rows, buttons } = (content ?? {}) as { rows?: unknown; buttons?: unknown };
  const offered = [rows, buttons].flatMap((some) => (Array.isArray(some) ? (some as Record<string, unknown>[]) : []));
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  return offered.map(({ title, label, description, intent }) => ({ title: text(title) ?? text(label) ?? '', description: text(description), intent: text(intent) }));
}

export function deliveryView(row: Delivery): DeliveryView {
  const { messageIds, attempt, outcome, code, httpStatus, startedAt, endedAt } = row;
  return { id: row.id.toString(), messageIds, attempt, outcome, code, httpStatus, startedAt, endedAt };
}
