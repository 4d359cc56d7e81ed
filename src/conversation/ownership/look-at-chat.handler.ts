import { Injectable } from '@nestjs/common';
import { ChatLooks } from '../../botmaker/index.js';
import { Database, HandlesJob, Jobs, type JobHandler } from '../../platform/index.js';
import { lookAtChat, type LookAtChat } from '../conversation.jobs.js';
import { ProofWeighing } from './proof-weighing.service.js';

/** A look that found no slot comes again after this, twice as long each time; then the watch over silent chats has it. */
const againMs = 2000;
const mostTries = 5;

/** Looks at a chat whose customer wrote to somebody else, as far as we know. */
@Injectable()
@HandlesJob(lookAtChat)
export class LookAtChatHandler implements JobHandler<LookAtChat> {
  constructor(
    private readonly looks: ChatLooks,
    private readonly weighing: ProofWeighing,
    private readonly database: Database,
    private readonly jobs: Jobs,
  ) {}

  async handle({ chatId, correlationId, tries }: LookAtChat): Promise<void> {
    const proof = await this.looks.look(chatId, 'customer');
    await this.database.inTransaction(async (tx) => {
      if (proof !== null) await this.weighing.weigh(tx, chatId, correlationId);
      else if (tries + 1 < mostTries) await this.again(tx, { chatId, correlationId, tries: tries + 1 });
    });
  }

  private async again(tx: Parameters<Jobs['enqueue']>[0], payload: LookAtChat): Promise<void> {
    const [clock] = await tx.$queryRaw<{ at: Date }[]>`SELECT clock_timestamp() + make_interval(secs => ${(againMs * 2 ** (payload.tries - 1)) / 1000}) AS at`;
    await this.jobs.enqueue(tx, lookAtChat, payload, clock?.at);
  }
}
