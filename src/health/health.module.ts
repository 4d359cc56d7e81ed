import { Module, type OnModuleInit } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { AgentModule } from '../agent/index.js';
import { BotmakerModule } from '../botmaker/index.js';
import { InboxModule } from '../inbox/index.js';
import { OutboxModule } from '../outbox/index.js';
import { ManagementServer } from '../platform/index.js';
import { checksOf, healthChecks, indicators } from './health-checks.js';
import { HealthController } from './health.controller.js';

@Module({
  imports: [TerminusModule, BotmakerModule, InboxModule, OutboxModule, AgentModule],
  controllers: [HealthController],
  providers: [{ provide: healthChecks, inject: [...indicators], useFactory: checksOf }],
})
export class HealthModule implements OnModuleInit {
  constructor(
    private readonly management: ManagementServer,
    private readonly controller: HealthController,
  ) {}

  /** The same detail on the management port, for those who close `/health` on the public one. */
  onModuleInit(): void {
    this.management.page('/health', async () => {
      const result = await this.controller.all().catch((error: { getResponse?: () => unknown }) => error.getResponse?.() ?? { status: 'error' });
      const isDown = (result as { status?: string }).status === 'error';
      return { status: isDown ? 503 : 200, contentType: 'application/json', body: JSON.stringify(result) };
    });
  }
}
