import { Module, type DynamicModule } from '@nestjs/common';
import { BreakageController } from './controls/breakage.controller.js';
import { Breakage } from './controls/breakage.service.js';
import { ChatsController } from './controls/chats.controller.js';
import { CustomersController } from './controls/customers.controller.js';
import { SandboxCustomers } from './controls/customers.service.js';
import { EchoLag } from './controls/echo-lag.js';
import { HandlingReadModel } from './live/handling.read-model.js';
import { LiveController } from './live/live.controller.js';
import { LiveFeed } from './live/live-feed.service.js';
import { LogTail } from './live/log-tail.service.js';
import { LogViews } from './live/log-views.service.js';
import { SandboxViews } from './live/sandbox-views.service.js';
import { PageController } from './pages/page.controller.js';
import { PageFiles } from './pages/page-files.service.js';
import { PageHeaders } from './pages/page-headers.service.js';
import type { Sandbox } from './sandbox.js';
import { BotmakerTwin } from './twin/index.js';

/** The page on which a newcomer plays customer and operator. Only there while the sandbox runs. */
@Module({})
export class SandboxModule {
  static for({ twin, echoLag }: Pick<Sandbox, 'twin' | 'echoLag'>): DynamicModule {
    return {
      module: SandboxModule,
      controllers: [PageController, LiveController, CustomersController, ChatsController, BreakageController],
      providers: [
        { provide: BotmakerTwin, useValue: twin },
        { provide: EchoLag, useValue: echoLag },
        SandboxCustomers, Breakage, HandlingReadModel, LogTail, LogViews, SandboxViews, LiveFeed, PageFiles, PageHeaders,
      ],
    };
  }
}
