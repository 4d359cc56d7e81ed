import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { ChatStore } from './chat.store.js';
import { EnvelopeStore } from './envelope.store.js';
import { EventStore } from './event.store.js';
import { QueueHealth } from './queue.health.js';
import { OverdueEnvelopes } from './overdue-envelopes.job.js';

@Module({
  imports: [TerminusModule],
  providers: [EnvelopeStore, ChatStore, EventStore, OverdueEnvelopes, QueueHealth],
  exports: [EnvelopeStore, ChatStore, EventStore, QueueHealth],
})
export class InboxModule {}
