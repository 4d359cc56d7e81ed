import { Injectable } from '@nestjs/common';
import { Prisma } from '../../generated/prisma/client.js';
import { checkpointSchema, Database, type Tx } from '../../platform/index.js';
import { CheckpointFormat } from './checkpoint-format.js';
import { TurnSaver } from './turn-saver.js';

const table = (name: string): Prisma.Sql => Prisma.raw(`${checkpointSchema}.${name}`);

/** What the agent keeps of turns that are not decided yet. It holds what was said, and so lives no longer than the turn. */
@Injectable()
export class Checkpoints {
  /** Without a model nothing is kept. */
  private isUsed = false;

  constructor(private readonly database: Database) {}

  /** Where the agent keeps its steps. `version` names the program: another one's steps are not gone on from. */
  saver(version: string): TurnSaver {
    this.isUsed = true;
    return new TurnSaver(this.database.turns, new CheckpointFormat(version));
  }

  /** These turns have ended: in the transaction that ends them. */
  async forget(tx: Tx, runIds: readonly string[]): Promise<void> {
    if (!this.isUsed || runIds.length === 0) return;
    await tx.$executeRaw`
      WITH blobs AS (DELETE FROM ${table('checkpoint_blobs')} WHERE thread_id = ANY(${runIds})),
        writes AS (DELETE FROM ${table('checkpoint_writes')} WHERE thread_id = ANY(${runIds}))
      DELETE FROM ${table('checkpoints')} WHERE thread_id = ANY(${runIds})`;
  }

  /** The turns of which something is kept. */
  async kept(limit: number): Promise<string[]> {
    const rows = await this.database.prisma.$queryRaw<{ runId: string }[]>`SELECT DISTINCT thread_id AS "runId" FROM ${table('checkpoint_blobs')} LIMIT ${limit}`;
    return rows.map(({ runId }) => runId);
  }
}
