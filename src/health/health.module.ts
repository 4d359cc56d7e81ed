import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { AgentModule } from '../agent/index.js';
import { BotmakerModule } from '../botmaker/index.js';
import { DoctorModule } from '../doctor/index.js';
import { InboxModule } from '../inbox/index.js';
import { OutboxModule } from '../outbox/index.js';
import { SweepModule } from '../sweep/index.js';
import { checksOf, healthChecks, indicators } from './health-checks.js';
import { HealthReport } from './health-report.service.js';
import { HealthController } from './health.controller.js';

@Module({
  imports: [TerminusModule, BotmakerModule, InboxModule, OutboxModule, AgentModule, SweepModule, DoctorModule],
  controllers: [HealthController],
  providers: [{ provide: healthChecks, inject: [...indicators], useFactory: checksOf }, HealthReport],
})
export class HealthModule {}
