import { Alarms, Metrics, UpstreamConfig, Upstreams } from '../../src/platform/index.js';

/** The dependencies of a process that a test puts together by hand. A breaker that opens is soon tried again. */
export function testUpstreams(metrics = new Metrics(), openMs = 100): Upstreams {
  return new Upstreams(new UpstreamConfig(openMs), metrics, new Alarms(metrics));
}
