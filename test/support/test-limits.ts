import { RateBuckets } from '../../src/botmaker/api/rate-buckets.service.js';
import { SlotStore } from '../../src/botmaker/api/slot.store.js';
import { Alarms, BotmakerConfig, Database, DatabaseConfig, Metrics, Secret, UpstreamConfig, Upstreams } from '../../src/platform/index.js';

/** A database that is away: nobody listens there. */
export const noDatabase = (): Database => new Database(new DatabaseConfig(new Secret('postgresql://nobody@127.0.0.1:1/none'), '.data'));

/** The rate buckets of one process. */
export function testBuckets(config: BotmakerConfig, database: Database): RateBuckets {
  return new RateBuckets(config, new SlotStore(database));
}

/** The breakers and retry budgets of one process. A breaker that opens soon lets a call probe. */
export function testUpstreams(metrics = new Metrics(), openMs = 100): Upstreams {
  return new Upstreams(new UpstreamConfig(openMs), metrics, new Alarms(metrics));
}

/** Most of `times` (in ms, ascending) that lie in any half-open window of `windowMs`. */
export function mostIn(windowMs: number, times: readonly number[]): number {
  let from = 0;
  return times.reduce((most, at, index) => {
    while ((times[from] ?? at) <= at - windowMs) from++;
    return Math.max(most, index - from + 1);
  }, 0);
}
