import { Controller, Get, Inject, ServiceUnavailableException } from '@nestjs/common';
import { HealthCheck, HealthCheckService, type HealthCheckResult } from '@nestjs/terminus';
import { Drain } from '../platform/index.js';
import { healthChecks, type HealthChecks } from './health-checks.js';

/**
 * `live` and `ready` are for probes and ask nobody: a database that restarts for 30 seconds must not empty the Service,
 * because Botmaker's breaker would then drop messages. `/health` is for people and shows every dependency.
 */
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly drain: Drain,
    @Inject(healthChecks) private readonly checks: HealthChecks,
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
  @HealthCheck()
  all(): Promise<HealthCheckResult> {
    return this.health.check(this.checks);
  }
}
