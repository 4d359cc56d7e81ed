import { HttpModule } from '@nestjs/axios';
import { Module } from '@nestjs/common';
import { RateBuckets } from '../api/rate-buckets.service.js';
import { SlotStore } from '../api/slot.store.js';
import { BotmakerTransport } from '../api/transport.client.js';
import { CredentialStore } from '../credentials/credential.store.js';
import { AccountClient } from './account.client.js';
import { TemplateCatalogue } from './template-catalogue.service.js';
import { TokenInForce } from './token-in-force.service.js';

/**
 * The way to the API, and what the account is set to. Apart from the room's own module, because that one stores and renews
 * tokens as soon as it starts: a command at a terminal must be able to look without.
 */
@Module({
  imports: [HttpModule],
  providers: [SlotStore, RateBuckets, BotmakerTransport, CredentialStore, TokenInForce, AccountClient, TemplateCatalogue],
  exports: [BotmakerTransport, CredentialStore, TokenInForce, AccountClient, TemplateCatalogue],
})
export class AccountModule {}
