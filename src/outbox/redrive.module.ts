import { Module } from '@nestjs/common';
import { Redrive } from './redrive.service.js';

/** For whoever only orders that something is sent again: needs neither Botmaker nor the sender. */
@Module({ providers: [Redrive], exports: [Redrive] })
export class RedriveModule {}
