import { Controller, Get, Res, ServiceUnavailableException } from '@nestjs/common';
import { HealthCheck, type HealthCheckResult } from '@nestjs/terminus';
import type { FastifyReply } from 'fastify';
import { Drain } from '../platform/index.js';
import { HealthReport } from './health-report.service.js';

/**
 * `live` and `ready` are for probes and ask nobody: a database that restarts for 30 seconds must not empty the Service,
 * because Botmaker's breaker would then drop messages. `/health` is for people and shows every dependency.
 */
@Controller('health')
export class HealthController {
  constructor(
    private readonly drain: Drain,
    private readonly report: HealthReport,
  ) {}

  /** The event loop turns. */
  @Get('live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** It listens, and it is not on its way out. */
  @Get('ready')
  ready(): { status: 'ok' } {
    if (this.drain.isDraining) throw new ServiceUnavailableException('draining');
    return { status: 'ok' };
  }

  /** Each dependency: 200 while what matters works (`degraded` included), 503 when something is down. */
  @Get()
  @HealthCheck({ noCache: true, swaggerDocumentation: false })
  async all(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthCheckResult> {
    const { status, report } = await this.report.look();
    void reply.status(status);
    return report;
  }
}
