import { Global, Module } from '@nestjs/common';
import { ChatsReadModel } from './chats.read-model.js';
import { ConversationsReadModel } from './conversations.read-model.js';
import { CorrelationLog } from './correlation-log.service.js';
import { EntriesReadModel } from './entries.read-model.js';
import { SilentChatsReadModel } from './silent-chats.read-model.js';
import { TextSearchReadModel } from './text-search.read-model.js';
import { TimelineReadModel } from './timeline.read-model.js';
import { TurnsReadModel } from './turns.read-model.js';

const readModels = [ChatsReadModel, TextSearchReadModel, EntriesReadModel, TurnsReadModel, ConversationsReadModel, TimelineReadModel, SilentChatsReadModel];

@Global()
@Module({ providers: [CorrelationLog, ...readModels], exports: [CorrelationLog, ...readModels] })
export class CorrelationModule {}
