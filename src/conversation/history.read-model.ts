import { Injectable } from '@nestjs/common';
import type { HistoryLine } from '../agent/index.js';
import type { StoredEvent } from '../inbox/index.js';
import type { Tx } from '../platform/index.js';
import { describeContent, describeOutgoing } from './describe-content.js';

const mostLines = 40;

/**
 * What was said in a chat, rebuilt from our own tables, so that it is the same after a restart, in a replay and for an
 * auditor. The echo of one of our messages is left out: the message itself is there, with the agent as its author.
 */
@Injectable()
export class HistoryReadModel {
  /** The last lines before the oldest mail of the turn, oldest first; where that came late, also what was said since. */
  async before(reads: Pick<Tx, 'event' | 'message'>, chatId: string, mail: readonly StoredEvent[]): Promise<HistoryLine[]> {
    const oldest = mail[0]?.occurredAt ?? new Date();
    const isLate = (await reads.event.count({ where: { chatId, author: 'customer', state: 'read', occurredAt: { gt: oldest }, id: { notIn: mail.map(({ id }) => id) } } })) > 0;
    const first = isLate ? new Date() : oldest;
    const mailIds = mail.map(({ id }) => id);
    const events = await reads.event.findMany({
      where: { chatId, kind: 'message', author: { in: ['customer', 'flow', 'operator'] }, occurredAt: { lte: first }, id: { notIn: mailIds }, state: { in: ['read', 'ignored'] } },
      orderBy: [{ occurredAt: 'desc' }, { id: 'desc' }],
      take: mostLines,
    });
    const ours = await reads.message.findMany({
      where: { chatId, kind: { not: 'intent' }, state: { in: ['sending', 'accepted', 'sent', 'delivered', 'read', 'unknown', 'planned', 'retrying'] }, createdAt: { lte: first } },
      orderBy: [{ createdAt: 'desc' }, { part: 'desc' }],
      take: mostLines,
    });
    const lines: HistoryLine[] = [
      ...events.map((event) => ({ author: event.author as HistoryLine['author'], text: describeContent(event.content), at: event.occurredAt })),
      ...ours.map((message) => ({ author: 'agent' as const, text: describeOutgoing(message.content), at: message.sendingAt ?? message.createdAt })),
    ];
    return lines.filter(({ text }) => text !== '').sort((a, b) => a.at.getTime() - b.at.getTime()).slice(-mostLines);
  }
}
