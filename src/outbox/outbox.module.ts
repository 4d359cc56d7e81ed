import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { BotmakerModule } from '../botmaker/index.js';
import { DeliverHandler } from './deliver.handler.js';
import { DeliverWake } from './deliver-wake.service.js';
import { DeliveryOutcomeStore } from './delivery-outcome.store.js';
import { DeliveryStore } from './delivery.store.js';
import { Follow } from './follow.service.js';
import { ForgetEarlyStatuses } from './forget-early-statuses.job.js';
import { LastSendHealth } from './last-send.health.js';
import { Outbox } from './outbox.service.js';
import { OverdueMessages } from './overdue-messages.job.js';

@Module({
  imports: [BotmakerModule, TerminusModule],
  providers: [Outbox, Follow, DeliveryStore, DeliveryOutcomeStore, DeliverWake, DeliverHandler, OverdueMessages, ForgetEarlyStatuses, LastSendHealth],
  exports: [Outbox, Follow, LastSendHealth],
})
export class OutboxModule {}
