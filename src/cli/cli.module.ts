import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { CorrelationModule } from '../correlation/index.js';
import { PlatformModule, type AppConfig } from '../platform/index.js';

/** The rooms that a command needs, in a process that neither serves nor works. */
@Module({})
export class CliModule {
  static for(config: AppConfig, rooms: Type[]): DynamicModule {
    return { module: CliModule, imports: [PlatformModule.for(config, 'migrate'), CorrelationModule, ...rooms] };
  }
}
