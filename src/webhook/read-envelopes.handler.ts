import { Injectable, Logger } from '@nestjs/common';
import { readCodeAction, readEnvelope, type WireEvent } from '../botmaker/index.js';
import { EnvelopeStore, readEnvelopes, type UnreadEnvelope } from '../inbox/index.js';
import { Database, Drain, HandlesJob, Jobs, isTransient, type JobHandler, type JobPayload } from '../platform/index.js';
import { EnvelopeFiling } from './envelope-filing.service.js';

/** A batch takes as many statements, whether of one body or of two hundred; one that is killed is done again. */
const maxBatch = 200;
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
        if ((await this.readBatch()) < maxBatch) continue;
        this.isAskedAgain = true;
        this.nextAt = 0;
      }
    } finally {
      this.isReading = false;
    }
    if (this.isAskedAgain) await this.jobs.wake(this.database, readEnvelopes, [payload]);
  }

  private async pace(): Promise<void> {
    const restMs = this.nextAt - performance.now();
    if (restMs > 0) await new Promise((rested) => setTimeout(rested, restMs));
    this.nextAt = performance.now() + paceMs;
  }

  private async readBatch(): Promise<number> {
    try {
      return await this.file(maxBatch);
    } catch (error) {
      if (isTransient(error)) throw error;
      this.logger.warn({ err: error }, 'a batch of envelopes could not be filed: trying them one by one');
      return this.fileSingly();
    }
  }

  private file(limit: number, taken: (envelopes: UnreadEnvelope[]) => void = () => undefined): Promise<number> {
    return this.database.inTransaction(async (tx) => {
      const unread = await this.envelopes.lockUnread(tx, limit);
      taken(unread);
      if (unread.length === 0) return 0;
      await this.filing.file(tx, unread.map((envelope) => ({ envelope, events: eventsOf(envelope) })));
      await this.envelopes.markRead(tx, unread.map(({ id }) => id));
      return unread.length;
    });
  }

  private async fileSingly(): Promise<number> {
    for (let done = 0; done < maxBatch; done++) {
      let blamed: UnreadEnvelope | undefined;
      try {
        if ((await this.file(1, ([envelope]) => (blamed = envelope))) === 0) return done;
      } catch (error) {
        if (isTransient(error) || !blamed) throw error;
        this.logger.error({ err: error, code: 'webhook.unfileable' }, 'an envelope could not be filed: quarantined');
        await this.quarantine(blamed);
      }
    }
    return maxBatch;
  }

  /** Only the one that failed: by now another reader may have set it aside, and the oldest unread body is an innocent one. */
  private quarantine(blamed: UnreadEnvelope): Promise<void> {
    return this.database.inTransaction(async (tx) => {
      const envelope = (await this.envelopes.lockUnread(tx, maxBatch)).find(({ id }) => id === blamed.id);
      if (!envelope) return;
      const nobody = { address: null, occurredAt: null, sessionId: null, variables: null, person: { firstName: null, lastName: null, nickName: null } };
      await this.filing.file(tx, [{ envelope, events: [{ ...nobody, type: 'quarantined', key: `envelope:${envelope.id}`, reason: 'reader-failed', detail: 'the events could not be stored' }] }]);
      await this.envelopes.markRead(tx, [envelope.id]);
    });
  }
}

const eventsOf = ({ door, body, receivedAt }: UnreadEnvelope): WireEvent[] => (door === 'code-action' ? readCodeAction(body, receivedAt) : readEnvelope(body, receivedAt));
