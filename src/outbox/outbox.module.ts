import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { BotmakerModule } from '../botmaker/index.js';
import { ChatQueueStore } from './chat-queue.store.js';
import { CodeActionStore } from './code-action.store.js';
import { Confirmations } from './confirmation.service.js';
import { DeliverHandler } from './deliver.handler.js';
import { DeliverWake } from './deliver-wake.service.js';
import { DeliveryOutcomeStore } from './delivery-outcome.store.js';
import { DeliveryStore } from './delivery.store.js';
import { DoubtStore } from './doubt.store.js';
import { Doubts } from './doubts.service.js';
import { EarlyStatuses } from './early-statuses.store.js';
import { EchoMatchStore } from './echo-match.store.js';
import { EchoSightStore } from './echo-sight.store.js';
import { EchoWatch } from './echo-watch.job.js';
import { Follow } from './follow.service.js';
import { ForgetEarlyStatuses } from './forget-early-statuses.job.js';
import { HeldMessages } from './held-messages.store.js';
import { LastSendHealth } from './last-send.health.js';
import { LookUp } from './look-up.service.js';
import { LookUpStore } from './look-up.store.js';
import { OrdinaryEchoes } from './ordinary-echoes.store.js';
import { OrdinaryStatuses } from './ordinary-statuses.store.js';
import { Outbox } from './outbox.service.js';
import { OverdueMessages } from './overdue-messages.job.js';
import { ParkedMessages } from './parked-messages.store.js';
import { ResponseStore } from './response.store.js';
import { SendProof } from './send-proof.service.js';
import { UnseenAnswers } from './unseen-answers.job.js';

@Module({
  imports: [BotmakerModule, TerminusModule],
  providers: [
    Outbox, HeldMessages, ParkedMessages, SendProof, Follow, OrdinaryEchoes, OrdinaryStatuses, EarlyStatuses, EchoMatchStore, Confirmations, ChatQueueStore, DeliveryStore, DeliveryOutcomeStore, DoubtStore, Doubts, LookUp, LookUpStore, EchoSightStore,
    DeliverWake, DeliverHandler, OverdueMessages, EchoWatch, ForgetEarlyStatuses, LastSendHealth, CodeActionStore, ResponseStore, UnseenAnswers,
  ],
  exports: [Outbox, HeldMessages, ParkedMessages, Follow, LastSendHealth, CodeActionStore, ResponseStore],
})
export class OutboxModule {}
