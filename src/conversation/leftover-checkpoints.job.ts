import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Checkpoints } from '../agent/index.js';
import { Database, Role } from '../platform/index.js';

const everyMs = 60_000;
const mostAtOnce = 500;

/**
 * Forgets what the agent kept of turns that have ended. Their end forgets it already; this is for a frozen worker that wrote a
 * checkpoint after it: that holds what was said, and nobody would look for it.
 */
@Injectable()
export class LeftoverCheckpoints {
  constructor(
    private readonly role: Role,
    private readonly database: Database,
    private readonly checkpoints: Checkpoints,
  ) {}

  @Interval(everyMs)
  async look(): Promise<void> {
    if (!this.role.works) return;
    const kept = await this.checkpoints.kept(mostAtOnce);
    if (kept.length === 0) return;
    await this.database.inTransaction(async (tx) => {
      const unfinished = await tx.turn.findMany({ where: { runId: { in: kept }, state: { in: ['queued', 'running'] } }, select: { runId: true } });
      const needed = new Set(unfinished.map(({ runId }) => runId));
      await this.checkpoints.forget(tx, kept.filter((runId) => !needed.has(runId)));
    });
  }
}
