import { Injectable, Logger } from '@nestjs/common';
import { Metrics } from '../metrics/metrics.service.js';

/**
 * What can be wrong without any request failing. Each stands in `docs/runbook.md` with what to do about it. A detector that
 * can't see any more is an alarm of its own: silence must never look like health.
 */
export const alarmNames = [
  'spool-in-use', 'spool-full', 'spool-damaged', // the door keeps bodies on disk; it has no room left; a file of it can't be read
  'webhook-token-refused', // many calls with a wrong token: probably ours is
  'webhook-lost-messages', 'sweep-blind', // the sweep found what the webhook missed; the sweep can't see
  'echo-blind', 'duplicate-detected', 'doubt-too-short', // echoes stay away; a customer saw an answer twice; they come later than the doubt waits
  'credential-refresh-failing', 'credential-ends-soon', 'credential-lost', // the token can't be refreshed; and ends within 7 days; nothing that we hold works any more
  'return-failing', 'silent-chats', // a flow does not take its chats back; customers wait, and it is ours to answer
  'no-template', // an answer is parked, and no template is there that may ask its customer to come back
  'circuit-open', // a dependency fails and is left alone for a while
  'setup-wrong', 'setup-blind', // Botmaker’s side is not set up as we need it; it can't be looked at
] as const;
export type AlarmName = (typeof alarmNames)[number];

/**
 * The alarms that this process has raised: a metric for the pager, a line of `/health` for people, one log line when it begins
 * and one when it ends. Raising one that is raised already changes nothing, so a look-out may say it at every look.
 */
@Injectable()
export class Alarms {
  private readonly logger = new Logger(Alarms.name);
  private readonly since = new Map<AlarmName, Date>();

  constructor(private readonly metrics: Metrics) {
    for (const alarm of alarmNames) metrics.alarm.set({ alarm }, 0);
  }

  /** `facts` may be logged: no token, phone number or text. */
  raise(alarm: AlarmName, facts: Record<string, string | number | boolean | null> = {}): void {
    if (this.since.has(alarm)) return;
    this.since.set(alarm, new Date());
    this.metrics.alarm.set({ alarm }, 1);
    this.logger.error({ alarm, ...facts }, `alarm: ${alarm}`);
  }

  clear(alarm: AlarmName): void {
    if (!this.since.delete(alarm)) return;
    this.metrics.alarm.set({ alarm }, 0);
    this.logger.log({ alarm }, `the alarm is over: ${alarm}`);
  }

  /** Raises or clears, by what a look-out sees. */
  set(alarm: AlarmName, isOn: boolean, facts: Record<string, string | number | boolean | null> = {}): void {
    if (isOn) this.raise(alarm, facts);
    else this.clear(alarm);
  }

  /** Name and time of each alarm that is on. */
  raised(): Record<string, string> {
    return Object.fromEntries([...this.since].map(([alarm, at]) => [alarm, at.toISOString()]));
  }
}
