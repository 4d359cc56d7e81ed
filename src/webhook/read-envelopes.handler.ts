import { Injectable, Logger } from '@nestjs/common';
import { readEnvelope } from '../botmaker/index.js';
import { EnvelopeStore, readEnvelopes, type UnreadEnvelope } from '../inbox/index.js';
import { Database, HandlesJob, isTransient, type JobHandler } from '../platform/index.js';
import { EnvelopeFiling } from './envelope-filing.service.js';

const batchSize = 50;

/**
 * Reads stored bodies in the order of arrival and files what they say: events once each, echoes and statuses to the
 * messages they speak of, a wake-up for each chat that has mail. One transaction a batch. When a batch can't be filed, its
 * bodies are tried alone, and the one that is to blame is quarantined: a single body never stops those behind it. A database in
 * trouble blames nobody: the bodies stay unread and the job runs again.
 */
@Injectable()
@HandlesJob(readEnvelopes)
export class ReadEnvelopesHandler implements JobHandler<unknown> {
  private readonly logger = new Logger(ReadEnvelopesHandler.name);

  constructor(
    private readonly database: Database,
    private readonly envelopes: EnvelopeStore,
    private readonly filing: EnvelopeFiling,
  ) {}

  async handle(_payload: unknown, signal: AbortSignal): Promise<void> {
    let read = batchSize;
    while (read === batchSize && !signal.aborted) read = await this.readBatch();
  }

  private async readBatch(): Promise<number> {
    try {
      return await this.file(batchSize);
    } catch (error) {
      this.logger.warn({ err: error }, 'a batch of envelopes could not be filed: trying them one by one');
      return this.fileSingly();
    }
  }

  private file(limit: number, taken: (envelopes: UnreadEnvelope[]) => void = () => undefined): Promise<number> {
    return this.database.inTransaction(async (tx) => {
      const unread = await this.envelopes.lockUnread(tx, limit);
      taken(unread);
      if (unread.length === 0) return 0;
      await this.filing.file(tx, unread.map((envelope) => ({ envelope, events: readEnvelope(envelope.body, envelope.receivedAt) })));
      await this.envelopes.markRead(tx, unread.map(({ id }) => id));
      return unread.length;
    });
  }

  private async fileSingly(): Promise<number> {
    for (let done = 0; done < batchSize; done++) {
      let blamed: UnreadEnvelope | undefined;
      try {
        if ((await this.file(1, ([envelope]) => (blamed = envelope))) === 0) return done;
      } catch (error) {
        if (isTransient(error) || !blamed) throw error;
        this.logger.error({ err: error, code: 'webhook.unfileable' }, 'an envelope could not be filed: quarantined');
        await this.quarantine(blamed);
      }
    }
    return batchSize;
  }

  /** Only the one that failed: by now another reader may have set it aside, and the oldest unread body is an innocent one. */
  private quarantine(blamed: UnreadEnvelope): Promise<void> {
    return this.database.inTransaction(async (tx) => {
      const envelope = (await this.envelopes.lockUnread(tx, batchSize)).find(({ id }) => id === blamed.id);
      if (!envelope) return;
      const nobody = { address: null, occurredAt: null, sessionId: null, variables: null, person: { firstName: null, lastName: null, nickName: null } };
      await this.filing.file(tx, [{ envelope, events: [{ ...nobody, type: 'quarantined', key: `envelope:${envelope.id}`, reason: 'reader-failed', detail: 'the events could not be stored' }] }]);
      await this.envelopes.markRead(tx, [envelope.id]);
    });
  }
}
