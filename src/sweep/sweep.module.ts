import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { BotmakerModule } from '../botmaker/index.js';
import { InboxModule } from '../inbox/index.js';
import { ChatListing } from './chat-listing.service.js';
import { ChatLook } from './chat-look.service.js';
import { SweepChatStore } from './sweep-chat.store.js';
import { SweepFinds } from './sweep-finds.store.js';
import { SweepHealth } from './sweep.health.js';
import { SweepMark } from './sweep-mark.store.js';
import { Sweep } from './sweep.service.js';
import { SweepWatch } from './sweep-watch.job.js';

@Module({
  imports: [BotmakerModule, InboxModule, TerminusModule],
  providers: [SweepMark, SweepChatStore, SweepFinds, ChatListing, ChatLook, Sweep, SweepWatch, SweepHealth],
  exports: [Sweep, SweepWatch, SweepHealth],
})
export class SweepModule {}
