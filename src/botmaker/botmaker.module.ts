import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { AccountModule } from './account/account.module.js';
import { AuthorizedApi } from './api/authorized-api.client.js';
import { BotmakerClient } from './api/botmaker.client.js';
import { ChatLooks } from './chats/chat-looks.service.js';
import { ChatProofStore } from './chats/chat-proof.store.js';
import { CredentialHealth } from './credentials/credential.health.js';
import { Credentials } from './credentials/credentials.service.js';
import { PairRequest } from './credentials/pair-request.client.js';
import { RefreshCredentials } from './credentials/refresh-credentials.job.js';
import { RefreshStore } from './credentials/refresh.store.js';
import { Refreshing } from './credentials/refreshing.service.js';
import { BotmakerSender } from './sending/index.js';

@Module({
  imports: [AccountModule, TerminusModule],
  providers: [
    RefreshStore, PairRequest, Refreshing, Credentials, RefreshCredentials, CredentialHealth,
    AuthorizedApi, BotmakerClient, BotmakerSender, ChatProofStore, ChatLooks,
  ],
  exports: [AccountModule, BotmakerClient, BotmakerSender, ChatProofStore, ChatLooks, Credentials, CredentialHealth],
})
export class BotmakerModule {}
