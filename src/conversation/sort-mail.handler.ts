import { Injectable } from '@nestjs/common';
import { EventStore, sortMail, type SortMail } from '../inbox/index.js';
import { ConversationConfig, Database, HandlesJob, type JobHandler, type Tx } from '../platform/index.js';
import { AskedMail } from './asked-mail.service.js';
import { ConversationStore } from './conversation.store.js';
import { LateMailReadModel } from './late-mail.read-model.js';
import { Leases } from './lease.service.js';
import { ReopenedMail } from './reopened-mail.service.js';
import { SortedMail } from './sorted-mail.service.js';
import { isHandOver, sort, type Sorted } from './sorting.js';

/**
 * Looks at a chat's new events: who may speak now, what is mail for us, when its turn starts. Holds the conversation's lock,
 * so that two workers never sort the same chat at once.
 */
@Injectable()
@HandlesJob(sortMail)
export class SortMailHandler implements JobHandler<SortMail> {
  constructor(
    private readonly database: Database,
    private readonly config: ConversationConfig,
    private readonly conversations: ConversationStore,
    private readonly events: EventStore,
    private readonly lateMail: LateMailReadModel,
    private readonly asked: AskedMail,
    private readonly reopened: ReopenedMail,
    private readonly sortedMail: SortedMail,
    private readonly leases: Leases,
  ) {}

  async handle({ chatId, correlationId }: SortMail): Promise<void> {
    const superseded = await this.database.inTransaction(async (tx) => {
      const sorted = await this.sort(tx, chatId);
      return sorted && this.sortedMail.store(tx, chatId, sorted, correlationId);
    });
    if (superseded) this.leases.giveUp(superseded);
  }

  private async sort(tx: Tx, chatId: string): Promise<Sorted | null> {
    const before = await this.conversations.lock(tx, chatId);
    const unread = await this.asked.reopen(tx, chatId, await this.events.unread(tx, chatId));
    if (unread.length === 0) return null;
    const { handoffVariable, answerMaxAgeMs, lateAnswerMaxAgeMs } = this.config;
    const rules = { handoffVariable, answerMaxAgeMs, lateAnswerMaxAgeMs, late: await this.lateMail.factsOf(tx, chatId, unread), now: new Date() };
    const sorted = sort(before, unread, rules);
    const reopened = isHandOver(sorted) ? await this.reopened.reopen(tx, chatId, unread, rules.now) : [];
    return reopened.length > 0 ? sort(before, [...reopened, ...unread], rules) : sorted;
  }
}
