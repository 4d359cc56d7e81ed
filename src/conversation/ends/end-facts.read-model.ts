import { Injectable } from '@nestjs/common';
import type { StoredEvent } from '../../inbox/index.js';
import type { Outgoing } from '../../outbox/index.js';
import { Database } from '../../platform/index.js';
import { describeContent, describeOutgoing } from '../describe-content.js';
import type { LastSaid } from './what-was-asked.js';

/** Nobody's answer has more lines; of those that do, the last ones are what a customer answers. */
const mostLines = 20;

/** What must be known of a chat to see whether its conversation is over. */
@Injectable()
export class EndFacts {
  constructor(private readonly database: Database) {}

  /**
   * What was said to the customer between his last message before this burst and the burst; null: nothing, so that what he wrote
   * before is not answered.
   */
  async lastSaid(chatId: string, mail: readonly StoredEvent[]): Promise<LastSaid | null> {
    const { prisma } = this.database;
    const until = mail[0]?.occurredAt ?? new Date();
    const heard = { chatId, kind: 'message', occurredAt: { lte: until } } as const;
    const previous = await prisma.event.findFirst({ where: { ...heard, author: 'customer', id: { notIn: mail.map(({ id }) => id) } }, orderBy: { occurredAt: 'desc' }, select: { occurredAt: true } });
    const since = previous?.occurredAt ?? new Date(0);
    const events = await prisma.event.findMany({ where: { ...heard, author: { in: ['flow', 'operator'] }, occurredAt: { gt: since, lte: until } }, orderBy: [{ occurredAt: 'desc' }, { id: 'desc' }], take: mostLines });
    // What was kept back is said when it is sent, not when it was thought of.
    const then = { gt: since, lte: until };
    const ours = await prisma.message.findMany({
      where: {
        chatId, kind: { not: 'intent' }, state: { in: ['sending', 'accepted', 'sent', 'delivered', 'read', 'unknown', 'planned', 'retrying'] },
        OR: [{ sendingAt: then }, { sendingAt: null, createdAt: then }],
      },
      orderBy: [{ createdAt: 'desc' }, { part: 'desc' }],
      take: mostLines,
    });
    const lines = [
      ...events.reverse().map(({ author, content, occurredAt }) => ({ author: author as LastSaid['author'], text: describeContent(content), at: occurredAt })),
      ...ours.reverse().map(({ content, sendingAt, createdAt }) => ({ author: 'agent' as const, text: describeOutgoing(content), at: sendingAt ?? createdAt })),
    ].sort((one, other) => one.at.getTime() - other.at.getTime());
    const last = lines.at(-1);
    if (!last) return null;
    return { author: last.author, texts: lines.map(({ text }) => text), hasChoice: ours.some(({ content }) => ['list', 'buttons'].includes((content as unknown as Outgoing).kind)) };
  }

  /** How often the agent has answered since it got the chat. */
  async answers(chatId: string): Promise<number> {
    const [row] = await this.database.prisma.$queryRaw<{ count: number }[]>`
      SELECT count(*)::int AS count FROM turn JOIN conversation AS talk ON talk.chat_id = turn.chat_id
      WHERE turn.chat_id = ${chatId}::uuid AND turn.state = 'finished' AND turn.outcome = 'answered' AND turn.finished_at >= talk.owner_since`;
    return row?.count ?? 0;
  }
}
