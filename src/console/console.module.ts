import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { RedriveModule } from '../outbox/index.js';
import { AccessCheck } from './access/access-check.service.js';
import { ApiKeyStore } from './access/api-key.store.js';
import { ApiKeys } from './access/api-keys.service.js';
import { ConsoleSessions } from './access/console-sessions.service.js';
import { PrivateResponses } from './access/private-responses.service.js';
import { ApiKeysController } from './api/api-keys.controller.js';
import { ConversationsController } from './api/conversations.controller.js';
import { EntriesController } from './api/entries.controller.js';
import { EntryExport } from './api/entry-export.service.js';
import { ExportController } from './api/export.controller.js';
import { MessagesController } from './api/messages.controller.js';
import { SilentChatsController } from './api/silent-chats.controller.js';
import { TurnsController } from './api/turns.controller.js';
import { ConsoleController } from './pages/console.controller.js';
import { SignInController } from './pages/sign-in.controller.js';
import { SilentChatsPageController } from './pages/silent-chats.controller.js';
import { Stylesheet } from './pages/stylesheet.service.js';

/** The analysts' side: the read API, the pages, and the keys for both. It reads through the correlation room and changes nothing but keys; what is to be sent again, the outbox sends. */
@Module({
  imports: [DiscoveryModule, RedriveModule],
  controllers: [SignInController, ConsoleController, SilentChatsPageController, ConversationsController, SilentChatsController, TurnsController, EntriesController, ExportController, MessagesController, ApiKeysController],
  providers: [AccessCheck, ApiKeyStore, ApiKeys, ConsoleSessions, EntryExport, PrivateResponses, Stylesheet],
  exports: [ApiKeys, ConsoleSessions, EntryExport],
})
export class ConsoleModule {}
