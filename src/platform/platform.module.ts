import { Global, Module, type DynamicModule, type Provider } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { DiscoveryModule } from '@nestjs/core';
import { ScheduleModule } from '@nestjs/schedule';
import { TerminusModule } from '@nestjs/terminus';
import { AlarmHealth } from './alarms/alarm.health.js';
import { Alarms } from './alarms/alarms.service.js';
import { Clock } from './clock.js';
import {
  AgentConfig, BotmakerConfig, ChannelsConfig, CodeActionConfig, ConsoleConfig, ConversationConfig, DatabaseConfig, DoctorConfig, HttpConfig, KnowledgeConfig, OutboxConfig, OwnershipConfig,
  ShutdownConfig, SpoolConfig, SweepConfig, UpstreamConfig, WebhookConfig, type AppConfig,
} from './config/app-config.js';
import { Channels } from './config/channels.service.js';
import { DatabaseHealth } from './database/database.health.js';
import { Database } from './database/database.service.js';
import { Drain } from './drain.js';
import { JobRunner } from './jobs/job-runner.service.js';
import { Jobs } from './jobs/jobs.service.js';
import { loggingModule } from './logging/logging.module.js';
import { WorkContext } from './logging/work-context.js';
import { ManagementServer } from './metrics/management-server.service.js';
import { Metrics } from './metrics/metrics.service.js';
import { Role, type RoleName } from './role.js';
import { ModelBrake } from './upstream/model-brake.js';
import { Upstreams } from './upstream/upstreams.service.js';

/** The slices of the configuration by the class a room asks for. */
const slices = [
  [HttpConfig, 'http'], [ShutdownConfig, 'shutdown'], [DatabaseConfig, 'database'], [BotmakerConfig, 'botmaker'], [WebhookConfig, 'webhook'], [SpoolConfig, 'spool'],
  [ConversationConfig, 'conversation'], [ChannelsConfig, 'channels'], [OwnershipConfig, 'ownership'], [OutboxConfig, 'outbox'], [SweepConfig, 'sweep'], [DoctorConfig, 'doctor'], [AgentConfig, 'agent'],
  [KnowledgeConfig, 'knowledge'], [ConsoleConfig, 'console'], [UpstreamConfig, 'upstream'], [CodeActionConfig, 'codeAction'],
] as const;

/** Everything that knows nothing of conversations. Global: each room may use it without importing it. */
@Global()
@Module({})
export class PlatformModule {
  static for(config: AppConfig, role: RoleName): DynamicModule {
    const configProviders: Provider[] = slices.map(([token, name]) => ({
      provide: token,
      inject: [ConfigService],
      useFactory: (all: ConfigService<AppConfig, true>) => all.get(name, { infer: true }),
    }));
    const services: Provider[] = [{ provide: Role, useValue: new Role(role) }, Clock, Channels, Database, DatabaseHealth, Drain, Jobs, Metrics, Alarms, AlarmHealth, Upstreams, ModelBrake, WorkContext];
    const exported = [...slices.map(([token]) => token), Role, Clock, Channels, Database, DatabaseHealth, Drain, Jobs, Metrics, Alarms, AlarmHealth, Upstreams, ModelBrake, WorkContext, ManagementServer];
    return {
      module: PlatformModule,
      imports: [
        ConfigModule.forRoot({ load: [() => config], isGlobal: true, ignoreEnvFile: true, cache: true }),
        loggingModule(config.logLevel),
        ScheduleModule.forRoot(),
        DiscoveryModule,
        TerminusModule,
      ],
      providers: [...configProviders, ...services, ManagementServer, JobRunner],
      exports: exported,
    };
  }
}
