import { Module } from '@nestjs/common';
import { AgentModule } from '../agent/index.js';
import { BotmakerModule } from '../botmaker/index.js';
import { InboxModule } from '../inbox/index.js';
import { OutboxModule } from '../outbox/index.js';
import { Courtesies } from './courtesies.service.js';
import { ConversationStore } from './conversation.store.js';
import { EffectLedger } from './effect-ledger.service.js';
import { EffectStore } from './effect.store.js';
import { HistoryReadModel } from './history.read-model.js';
import { LateMailReadModel } from './late-mail.read-model.js';
import { Leases } from './lease.service.js';
import { LeaseStore } from './lease.store.js';
import { LeftoverCheckpoints } from './leftover-checkpoints.job.js';
import { OverdueTurns } from './overdue-turns.job.js';
import { ReopenedMail } from './reopened-mail.service.js';
import { RunTurnHandler } from './run-turn.handler.js';
import { SortMailHandler } from './sort-mail.handler.js';
import { SortedMail } from './sorted-mail.service.js';
import { TurnEnding } from './turn-ending.service.js';
import { TurnMail } from './turn-mail.service.js';
import { TurnReading } from './turn-reading.service.js';
import { TurnStore } from './turn.store.js';

@Module({
  imports: [InboxModule, AgentModule, OutboxModule, BotmakerModule],
  providers: [
    ConversationStore, TurnStore, LateMailReadModel, ReopenedMail, SortedMail, SortMailHandler, HistoryReadModel, TurnMail, TurnReading,
    LeaseStore, Leases, EffectStore, EffectLedger, Courtesies, TurnEnding, RunTurnHandler, OverdueTurns, LeftoverCheckpoints,
  ],
})
export class ConversationModule {}
