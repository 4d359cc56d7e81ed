import { Inject, Injectable, ServiceUnavailableException, type OnModuleInit } from '@nestjs/common';
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
      const { status, report } = await this.look();
      return { status, contentType: 'application/json', body: JSON.stringify(report) };
    });
  }

  /** The report and the status it is answered with: 503 when something is down. */
  async look(): Promise<{ status: 200 | 503; report: HealthCheckResult }> {
    try {
      return { status: 200, report: await this.health.check(this.checks) };
    } catch (error) {
      // Terminus throws the report; as an answer it is worth more than as an error.
      if (error instanceof ServiceUnavailableException) return { status: 503, report: error.getResponse() as HealthCheckResult };
      throw error;
    }
  }
}
