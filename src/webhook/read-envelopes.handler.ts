import { Injectable, Logger } from '@nestjs/common';
import { readCodeAction, readEnvelope, type WireEvent } from '../botmaker/index.js';
import { EnvelopeStore, readEnvelopes, type UnreadEnvelope } from '../inbox/index.js';
import { Database, Drain, HandlesJob, Jobs, isTransient, type JobHandler, type JobPayload } from '../platform/index.js';
import { EnvelopeFiling } from './envelope-filing.service.js';

const leastBatch = 10;
const mostBatch = 50;
/**
 * What a batch may take, in ms. A reader that is killed or loses the database leaves all of it to be done again, so the batches
 * are the smaller the slower they go.
 */
const batchMs = 1000;
/**
 * From the beginning of a batch until the next one of this process may begin, unless it is full. A body that comes alone is
 * read at once; of bodies that come one upon the other each would cost what now all of this time cost together.
 */
const paceMs = 40;

/**
 * Reads stored bodies in the order of arrival and files what they say: events once each, echoes and statuses to the
 * messages they speak of, a wake-up for each chat that has mail. One transaction a batch. When a batch can't be filed, its
 * bodies are tried alone, and the one that is to blame is quarantined: a single body never stops those behind it. A database in
 * trouble blames nobody: the bodies stay unread and the job runs again.
 */
@Injectable()
@HandlesJob(readEnvelopes)
export class ReadEnvelopesHandler implements JobHandler<JobPayload> {
  private readonly logger = new Logger(ReadEnvelopesHandler.name);
  private isReading = false;
  private isAskedAgain = false;
  private nextAt = 0;
  private batchSize = leastBatch;

  constructor(
    private readonly database: Database,
    private readonly envelopes: EnvelopeStore,
    private readonly filing: EnvelopeFiling,
    private readonly jobs: Jobs,
    private readonly drain: Drain,
  ) {}

  /**
   * One reader a process: others would hold a connection each while they wait for its lock. A job that comes meanwhile is
   * done at once and has the running reader look again; were that reader to fail, the look-out for overdue bodies remains.
   * Bodies may come for as long as others serve: a process that drains leaves what it finds to them after the batch at hand.
   */
  async handle(payload: JobPayload): Promise<void> {
    this.isAskedAgain = true;
    if (this.isReading) return;
    this.isReading = true;
    try {
      while (this.isAskedAgain && !this.drain.isDraining) {
        await this.pace();
        this.isAskedAgain = false;
        const size = this.batchSize;
        if ((await this.readBatch(size)) < size) continue;
        this.isAskedAgain = true;
        this.nextAt = 0;
      }
    } finally {
      this.isReading = false;
    }
    if (this.isAskedAgain) await this.database.inTransaction((tx) => this.jobs.enqueue(tx, readEnvelopes, payload));
  }

  private async pace(): Promise<void> {
    const restMs = this.nextAt - performance.now();
    if (restMs > 0) await new Promise((rested) => setTimeout(rested, restMs));
    this.nextAt = performance.now() + paceMs;
  }

  private async readBatch(size: number): Promise<number> {
    try {
      return await this.file(size);
    } catch (error) {
      this.logger.warn({ err: error }, 'a batch of envelopes could not be filed: trying them one by one');
      return this.fileSingly(size);
    }
  }

  private file(limit: number, taken: (envelopes: UnreadEnvelope[]) => void = () => undefined): Promise<number> {
    return this.database.inTransaction(async (tx) => {
      const unread = await this.envelopes.lockUnread(tx, limit);
      taken(unread);
      if (unread.length === 0) return 0;
      const startedAt = performance.now();
      await this.filing.file(tx, unread.map((envelope) => ({ envelope, events: eventsOf(envelope) })));
      await this.envelopes.markRead(tx, unread.map(({ id }) => id));
      this.batchSize = Math.round(Math.min(Math.max((unread.length * batchMs) / (performance.now() - startedAt), leastBatch), mostBatch));
      return unread.length;
    });
  }

  private async fileSingly(size: number): Promise<number> {
    for (let done = 0; done < size; done++) {
      let blamed: UnreadEnvelope | undefined;
      try {
        if ((await this.file(1, ([envelope]) => (blamed = envelope))) === 0) return done;
      } catch (error) {
        if (isTransient(error) || !blamed) throw error;
        this.logger.error({ err: error, code: 'webhook.unfileable' }, 'an envelope could not be filed: quarantined');
        await this.quarantine(blamed);
      }
    }
    return size;
  }

  /** Only the one that failed: by now another reader may have set it aside, and the oldest unread body is an innocent one. */
  private quarantine(blamed: UnreadEnvelope): Promise<void> {
    return this.database.inTransaction(async (tx) => {
      const envelope = (await this.envelopes.lockUnread(tx, mostBatch)).find(({ id }) => id === blamed.id);
      if (!envelope) return;
      const nobody = { address: null, occurredAt: null, sessionId: null, variables: null, person: { firstName: null, lastName: null, nickName: null } };
      await this.filing.file(tx, [{ envelope, events: [{ ...nobody, type: 'quarantined', key: `envelope:${envelope.id}`, reason: 'reader-failed', detail: 'the events could not be stored' }] }]);
      await this.envelopes.markRead(tx, [envelope.id]);
    });
  }
}

const eventsOf = ({ door, body, receivedAt }: UnreadEnvelope): WireEvent[] => (door === 'code-action' ? readCodeAction(body, receivedAt) : readEnvelope(body, receivedAt));
