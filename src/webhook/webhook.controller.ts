import { Controller, Get, HttpCode, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { EnvelopeStore } from '../inbox/index.js';
import { Metrics } from '../platform/index.js';

const ok = { ok: true } as const;

/** Where Botmaker tells us things. By the time a request arrives here its caller is known (see `door.ts`). */
@Controller('botmaker/webhook')
export class WebhookController {
  constructor(
    private readonly envelopes: EnvelopeStore,
    private readonly metrics: Metrics,
  ) {}

  /** Acknowledges once the body is committed, whatever is in it: what it means is found out later. */
  @Post()
  @HttpCode(200)
  async receive(@Req() request: FastifyRequest): Promise<typeof ok> {
    const stop = this.metrics.webhookSeconds.startTimer();
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    let status = '503';
    try {
      await this.envelopes.accept({ door: 'webhook', body, correlationId: request.id });
      status = '200';
      return ok;
    } finally {
      this.metrics.webhookRequests.inc({ status });
      stop();
    }
  }

  /** Botmaker calls the address with GET when the webhook is saved [M]. */
  @Get()
  isThere(): typeof ok {
    return ok;
  }
}
