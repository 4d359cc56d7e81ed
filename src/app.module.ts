import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { AgentModule } from './agent/index.js';
import { BotmakerModule } from './botmaker/index.js';
import { ConsoleModule } from './console/index.js';
import { ConversationModule } from './conversation/index.js';
import { CorrelationModule } from './correlation/index.js';
import { DoctorModule } from './doctor/index.js';
import { HealthModule } from './health/index.js';
import { InboxModule } from './inbox/index.js';
import { KnowledgeModule } from './knowledge/index.js';
import { OutboxModule } from './outbox/index.js';
import { PlatformModule, type AppConfig, type RoleName } from './platform/index.js';
import { SandboxModule, type Sandbox } from './sandbox/index.js';
import { SweepModule } from './sweep/index.js';
import { WebhookModule } from './webhook/index.js';

/**
 * The table of contents: the rooms, in the order in which a message passes through them. `extensions`: modules of a company's
 * own, for tools that don't belong into this repository.
 */
@Module({})
export class AppModule {
  static for(config: AppConfig, role: RoleName, sandbox: Sandbox | null, extensions: readonly Type[]): DynamicModule {
    return {
      module: AppModule,
      imports: [
        PlatformModule.for(config, role),
        CorrelationModule,
        WebhookModule, // a call from Botmaker comes in
        SweepModule, //   …or is found to be missing
        InboxModule, // each event is stored once
        ConversationModule, // who may speak, when, one turn at a time
        KnowledgeModule, // what the agent may quote
        AgentModule, // proposes a decision
        OutboxModule, // sends each message once, in order
        BotmakerModule, // the API, its limits and its token
        ConsoleModule, // what analysts see
        DoctorModule, // whether both sides fit each other
        HealthModule,
        ...(sandbox ? [SandboxModule.for(sandbox)] : []),
        ...extensions,
      ],
    };
  }
}
