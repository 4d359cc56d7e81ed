import { randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import type { RunnableConfig } from '@langchain/core/runnables';
import type { Checkpoint, CheckpointMetadata, CheckpointTuple } from '@langchain/langgraph';
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres';
import type pg from 'pg';
import { checkpointSchema, isTransient, toAppError } from '../../platform/index.js';
import { runningTurn } from '../nodes/step.js';
import type { AgentStateValue } from '../state.js';
import type { CheckpointFormat } from './checkpoint-format.js';

/** The step that is worth keeping: what it brought was paid for. The others are done again in no time, and effects are the ledger's. */
const paidStep = 'ask-model';

const insert = `
  WITH channels AS (
    INSERT INTO ${checkpointSchema}.checkpoint_blobs (thread_id, checkpoint_ns, channel, version, type, blob)
    SELECT $1, '', channel, version, type, blob FROM unnest($2::text[], $3::text[], $4::text[], $5::bytea[]) AS made (channel, version, type, blob)
    ON CONFLICT DO NOTHING
  )
  INSERT INTO ${checkpointSchema}.checkpoints (thread_id, checkpoint_ns, checkpoint_id, checkpoint, metadata) VALUES ($1, '', $6, $7, $8)`;

/**
 * LangGraph's Postgres saver in its own tables, with three habits of ours.
 *
 * It keeps what is worth keeping: as it comes it stores every channel of every step in a statement of its own, 40 and more a
 * turn; this one stores a checkpoint after the model has answered, whole, with one statement. Only a try that
 * is not the first reads any.
 *
 * It can't be written by a worker that lost the turn: `lastLook` is asked before, and should a frozen worker slip through, its
 * channels have versions of their own (`getNextVersion`) and can't mix with those of the worker that goes on.
 *
 * It never fails a turn. A checkpoint that can't be stored costs one more call of the model if the worker dies; one that can't
 * be read is thrown away, and the turn begins anew.
 */
export class TurnSaver extends PostgresSaver {
  private readonly logger = new Logger(TurnSaver.name);

  constructor(
    private readonly connections: pg.Pool,
    format: CheckpointFormat,
  ) {
    super(connections, format, { schema: checkpointSchema });
  }

  override async put(config: RunnableConfig, checkpoint: Checkpoint, metadata: CheckpointMetadata): Promise<RunnableConfig> {
    const { hold, input } = runningTurn(config);
    const next = { configurable: { thread_id: input.runId, checkpoint_ns: '', checkpoint_id: checkpoint.id } };
    const { steps = [] } = checkpoint.channel_values as Partial<AgentStateValue>;
    if (steps.at(-1)?.node !== paidStep) return next;
    hold.lastLook();
    const channels = await this._dumpBlobs(input.runId, '', checkpoint.channel_values, checkpoint.channel_versions);
    const column = (index: number): unknown[] => channels.map((channel) => channel[index] ?? null);
    try {
      await this.connections.query(insert, [
        input.runId, column(2), column(3), column(4), channels.map(([, , , , , blob]) => (blob ? Buffer.from(blob) : null)),
        checkpoint.id, this._dumpCheckpoint(checkpoint), await this._dumpMetadata(metadata),
      ]);
    } catch (error) {
      this.logger.warn({ code: toAppError(error).code, runId: input.runId }, 'a checkpoint could not be stored: a further try would ask the model again');
    }
    return next;
  }

  /** Nothing: each step is one task, and what it wrote is in the checkpoint that follows it at once. */
  override async putWrites(): Promise<void> {}

  override async getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    const { hold, input } = runningTurn(config);
    if (!hold.wasTried) return undefined;
    try {
      return await super.getTuple(config);
    } catch (error) {
      if (isTransient(error)) throw error;
      this.logger.warn({ code: toAppError(error).code, runId: input.runId }, 'a checkpoint can not be read: the turn begins anew');
      await this.deleteThread(input.runId);
      return undefined;
    }
  }

  /** Counts, with a tail by chance: two workers never give the same version to different values. */
  override getNextVersion(current: string | number | undefined): string & number {
    const count = Number.parseInt(String(current ?? 0), 10) + 1;
    return `${String(count).padStart(10, '0')}.${randomBytes(6).toString('hex')}` as string & number;
  }
}
