import { Module } from '@nestjs/common';
import { BotmakerModule } from '../botmaker/index.js';
import { InboxModule } from '../inbox/index.js';
import { SweepFinds } from './sweep-finds.store.js';
import { SweepMark } from './sweep-mark.store.js';
import { Sweep } from './sweep.service.js';

@Module({ imports: [BotmakerModule, InboxModule], providers: [SweepFinds, SweepMark, Sweep], exports: [Sweep] })
export class SweepModule {}
