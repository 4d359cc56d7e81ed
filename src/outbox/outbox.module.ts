import { Module } from '@nestjs/common';
import { BotmakerModule } from '../botmaker/index.js';
import { DeliverHandler } from './deliver.handler.js';
import { DeliverWake } from './deliver-wake.service.js';
import { DeliveryOutcomeStore } from './delivery-outcome.store.js';
import { DeliveryStore } from './delivery.store.js';
import { Follow } from './follow.service.js';
import { Outbox } from './outbox.service.js';
import { OverdueMessages } from './overdue-messages.job.js';

@Module({
  imports: [BotmakerModule],
  providers: [Outbox, Follow, DeliveryStore, DeliveryOutcomeStore, DeliverWake, DeliverHandler, OverdueMessages],
  exports: [Outbox, Follow],
})
export class OutboxModule {}
