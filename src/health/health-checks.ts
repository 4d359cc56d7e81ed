import type { HealthIndicatorFunction } from '@nestjs/terminus';
import { ModelHealth } from '../agent/index.js';
import { CredentialHealth } from '../botmaker/index.js';
import { SetupHealth } from '../doctor/index.js';
import { QueueHealth, SpoolHealth } from '../inbox/index.js';
import { LastSendHealth } from '../outbox/index.js';
import { AlarmHealth, DatabaseHealth } from '../platform/index.js';
import { SweepHealth } from '../sweep/index.js';

export const healthChecks = Symbol('health checks');
export type HealthChecks = HealthIndicatorFunction[];

export const indicators = [DatabaseHealth, SpoolHealth, QueueHealth, CredentialHealth, LastSendHealth, ModelHealth, SweepHealth, SetupHealth, AlarmHealth] as const;

/** What `/health` looks at, in the order in which a person would. */
export function checksOf(
  database: DatabaseHealth, spool: SpoolHealth, queue: QueueHealth, credential: CredentialHealth, sending: LastSendHealth, model: ModelHealth, sweep: SweepHealth, setup: SetupHealth, alarms: AlarmHealth,
): HealthChecks {
  return [
    () => database.answers(), () => database.isMigrated(), () => spool.level(), () => queue.age(), () => credential.age(), () => sending.lastSend(), () => model.lately(),
    () => sweep.seen(), () => setup.found(), () => alarms.raised(),
  ];
}
