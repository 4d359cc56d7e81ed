import { Module, type DynamicModule } from '@nestjs/common';
import type { Sandbox } from './sandbox.js';
import { BotmakerTwin } from './twin/index.js';

/** The page on which a newcomer plays customer and operator. Only there while the sandbox runs. */
@Module({})
export class SandboxModule {
  static for(sandbox: Sandbox): DynamicModule {
    return { module: SandboxModule, providers: [{ provide: BotmakerTwin, useValue: sandbox.twin }] };
  }
}
