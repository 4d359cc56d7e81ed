import { Module, type DynamicModule } from '@nestjs/common';
import { ConsoleModule } from '../console/index.js';
import { CorrelationModule } from '../correlation/index.js';
import { KnowledgeModule } from '../knowledge/index.js';
import { PlatformModule, type AppConfig } from '../platform/index.js';

/** The rooms that the commands need, in a process that neither serves nor works. */
@Module({})
export class CliModule {
  static for(config: AppConfig): DynamicModule {
    return { module: CliModule, imports: [PlatformModule.for(config, 'migrate'), CorrelationModule, KnowledgeModule, ConsoleModule] };
  }
}
