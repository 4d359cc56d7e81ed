import { Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { BotmakerModule } from '../botmaker/index.js';
import { EnvelopeIntake, InboxModule } from '../inbox/index.js';
import { OutboxModule } from '../outbox/index.js';
import { Metrics } from '../platform/index.js';
import { installDoor } from './door.js';
import { CodeActionDoor } from './code-action-door.service.js';
import { CodeActionFiling } from './code-action-filing.service.js';
import { EnvelopeFiling } from './envelope-filing.service.js';
import { ReadEnvelopesHandler } from './read-envelopes.handler.js';
import { RefusedTokens } from './refused-tokens.service.js';
import { SourceIpGuard } from './source-ip.guard.js';
import { WaitingCalls } from './waiting-calls.service.js';
import { WebhookController } from './webhook.controller.js';
import { WebhookTokenGuard } from './webhook-token.guard.js';

@Module({
  imports: [BotmakerModule, InboxModule, OutboxModule],
  controllers: [WebhookController],
  providers: [WebhookTokenGuard, SourceIpGuard, RefusedTokens, CodeActionFiling, EnvelopeFiling, ReadEnvelopesHandler, WaitingCalls, CodeActionDoor],
})
export class WebhookModule implements OnModuleInit {
  constructor(
    private readonly http: HttpAdapterHost,
    private readonly tokens: WebhookTokenGuard,
    private readonly sources: SourceIpGuard,
    private readonly refusals: RefusedTokens,
    private readonly intake: EnvelopeIntake,
    private readonly codeActions: CodeActionDoor,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    const fastify = this.http.httpAdapter.getInstance<FastifyInstance>();
    installDoor(fastify, { tokens: this.tokens, sources: this.sources, refusals: this.refusals, intake: this.intake, codeActions: this.codeActions, metrics: this.metrics });
  }
}
