import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { ChatStore } from './chat.store.js';
import { EnvelopeIntake } from './envelope-intake.service.js';
import { EnvelopeStore } from './envelope.store.js';
import { EventStore } from './event.store.js';
import { OverdueEnvelopes } from './overdue-envelopes.job.js';
import { QueueHealth } from './queue.health.js';
import { SpoolDisk } from './spool-disk.js';
import { SpoolDrain } from './spool-drain.service.js';
import { SpoolHealth } from './spool.health.js';
import { Spool } from './spool.store.js';
import { SpoolWatch } from './spool-watch.job.js';

@Module({
  imports: [TerminusModule],
  providers: [EnvelopeIntake, EnvelopeStore, Spool, SpoolDisk, SpoolDrain, SpoolWatch, SpoolHealth, ChatStore, EventStore, OverdueEnvelopes, QueueHealth],
  exports: [EnvelopeIntake, EnvelopeStore, ChatStore, EventStore, QueueHealth, SpoolHealth],
})
export class InboxModule {}
