import { HttpModule } from '@nestjs/axios';
import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { AuthorizedApi } from './api/authorized-api.client.js';
import { BotmakerClient } from './api/botmaker.client.js';
import { RateBuckets } from './api/rate-buckets.service.js';
import { SlotStore } from './api/slot.store.js';
import { BotmakerTransport } from './api/transport.client.js';
import { ChatLooks } from './chats/chat-looks.service.js';
import { ChatProofStore } from './chats/chat-proof.store.js';
import { CredentialHealth } from './credentials/credential.health.js';
import { CredentialStore } from './credentials/credential.store.js';
import { Credentials } from './credentials/credentials.service.js';
import { PairRequest } from './credentials/pair-request.client.js';
import { RefreshCredentials } from './credentials/refresh-credentials.job.js';
import { RefreshStore } from './credentials/refresh.store.js';
import { Refreshing } from './credentials/refreshing.service.js';
import { BotmakerSender } from './sending/index.js';

@Module({
  imports: [HttpModule, TerminusModule],
  providers: [
    SlotStore, RateBuckets, BotmakerTransport,
    CredentialStore, RefreshStore, PairRequest, Refreshing, Credentials, RefreshCredentials, CredentialHealth,
    AuthorizedApi, BotmakerClient, BotmakerSender, ChatProofStore, ChatLooks,
  ],
  exports: [BotmakerClient, BotmakerSender, ChatProofStore, ChatLooks, Credentials, CredentialHealth],
})
export class BotmakerModule {}
