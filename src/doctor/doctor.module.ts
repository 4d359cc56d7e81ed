import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { AccountModule } from '../botmaker/index.js';
import { Redirection } from './connect/redirection.service.js';
import { Doctor } from './doctor.service.js';
import { AccountLook } from './look/account-look.service.js';
import { DatabaseLook } from './look/database-look.store.js';
import { OwnConfig } from './own-config.service.js';
import { SetupHealth } from './setup.health.js';
import { SetupWatch } from './setup-watch.job.js';

/** Looks whether both sides fit each other; and lets a developer have a chat of his own. */
@Module({
  imports: [AccountModule, TerminusModule],
  providers: [OwnConfig, DatabaseLook, AccountLook, Doctor, Redirection, SetupWatch, SetupHealth],
  exports: [Doctor, Redirection, SetupWatch, SetupHealth],
})
export class DoctorModule {}
