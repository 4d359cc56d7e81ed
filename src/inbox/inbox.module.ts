import { Module } from '@nestjs/common';
import { ChatStore } from './chat.store.js';
import { EnvelopeStore } from './envelope.store.js';
import { EventStore } from './event.store.js';
import { OverdueEnvelopes } from './overdue-envelopes.job.js';

@Module({ providers: [EnvelopeStore, ChatStore, EventStore, OverdueEnvelopes], exports: [EnvelopeStore, ChatStore, EventStore] })
export class InboxModule {}
