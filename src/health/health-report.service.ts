import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HealthCheckService, type HealthCheckResult } from '@nestjs/terminus';
import { ManagementServer } from '../platform/index.js';
import { healthChecks, type HealthChecks } from './health-checks.js';

/** Every dependency, looked at now. Also served on the management port, for those who close `/health` on the public one. */
@Injectable()
export class HealthReport implements OnModuleInit {
  constructor(
    private readonly health: HealthCheckService,
    private readonly management: ManagementServer,
    @Inject(healthChecks) private readonly checks: HealthChecks,
  ) {}

  onModuleInit(): void {
    this.management.page('/health', async () => {
      const report = await this.look().catch((error: { getResponse?: () => HealthCheckResult }) => error.getResponse?.());
      return { status: report && report.status !== 'error' ? 200 : 503, contentType: 'application/json', body: JSON.stringify(report ?? { status: 'error' }) };
    });
  }

  /** Throws Terminus' ServiceUnavailableException, with the report in it, when something is down. */
  look(): Promise<HealthCheckResult> {
    return this.health.check(this.checks);
  }
}
