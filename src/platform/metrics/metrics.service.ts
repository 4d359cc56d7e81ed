import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/**
 * Every metric of the program. Labels take values from closed lists (states, kinds, operations), never ids or paths:
 * a caller can't make the number of series grow.
 */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  readonly webhookRequests = this.counter('webhook_requests_total', 'Calls to the webhook by answer', ['status']);
  readonly webhookSeconds = this.histogram('webhook_ack_seconds', 'Time from the call to its acknowledgement', []);
  readonly codeActions = this.counter('code_actions_total', 'Calls of code blocks by what they were answered', ['status']);
  readonly codeActionSeconds = this.histogram('code_action_seconds', 'Time from the call of a code block to its answer', ['status']);
  readonly events = this.counter('events_total', 'Events by kind and what became of them', ['kind', 'state']);
  readonly turns = this.counter('turns_total', 'Finished turns by outcome', ['outcome']);
  readonly turnSeconds = this.histogram('turn_seconds', 'Time from the start of a turn to its decision', []);
  readonly deliveries = this.counter('deliveries_total', 'Attempts to send by outcome', ['outcome']);
  readonly messages = this.counter('messages_total', 'Messages by the state they reached', ['state']);
  readonly confirmations = this.counter('confirmations_total', 'Messages that Botmaker was shown to have, by what showed it', ['by']);
  readonly echoLag = this.histogram('echo_lag_seconds', 'Time from a send to its echo', []);
  readonly doubtsResolved = this.counter('doubts_resolved_total', 'Sends in doubt by how the doubt ended', ['by']);
  readonly duplicatesDetected = this.counter('duplicates_detected_total', 'Copies too many that customers were seen to have', []);
  readonly apiSeconds = this.histogram('botmaker_request_seconds', 'Calls to the Botmaker API', ['operation', 'outcome']);
  readonly chatLooks = this.counter('chat_looks_total', 'Looks at who has a chat, by why it was looked at and what came of it', ['moment', 'outcome']);
  readonly returns = this.counter('returns_total', 'Chats given back to the flow, by what was seen of it', ['outcome']);
  readonly inactiveChats = this.counter('inactive_chats_total', 'Chats whose customer went quiet, by what was done', ['act']);
  readonly silentChats = new Gauge({ name: 'botmaker_agent_silent_chats', help: 'Chats in which a customer waits for an answer, by who has the chat', labelNames: ['owner'], registers: [this.registry] });
  readonly modelTokens = this.counter('model_tokens_total', 'Tokens used', ['direction']);
  readonly tokenRefreshes = this.counter('token_refreshes_total', 'Refreshes of the API token by outcome', ['outcome']);
  readonly sweepFinds = this.counter('sweep_found_total', 'Customer messages that the webhook missed and the sweep found', []);
  readonly unreadableItems = this.counter('unreadable_items_total', 'Items of Botmaker’s listings that lack what its contract promises', ['operation']);
  readonly jobSeconds = this.histogram('job_seconds', 'Jobs by outcome', ['job', 'outcome']);
  readonly lastSend = new Gauge({ name: 'botmaker_agent_last_send_timestamp_seconds', help: 'When Botmaker last accepted a message', registers: [this.registry] });

  readonly upstreamAttempts = this.counter('upstream_attempts_total', 'Calls to a dependency: first attempts and retries; and what was held back, because its breaker is open or the retry budget is spent', ['upstream', 'kind']);
  readonly upstreamCircuit = new Gauge({ name: 'botmaker_agent_upstream_circuit', help: 'Breaker of a dependency: 0 closed, 0.5 probing, 1 open', labelNames: ['upstream'], registers: [this.registry] });
  readonly lastSweep = new Gauge({ name: 'botmaker_agent_last_sweep_timestamp_seconds', help: 'When a look for what the webhook missed was last complete', registers: [this.registry] });
  readonly sweepPending = new Gauge({ name: 'botmaker_agent_sweep_pending_chats', help: 'Chats whose messages the sweep is going to fetch', registers: [this.registry] });

  readonly alarm = new Gauge({ name: 'botmaker_agent_alarm', help: 'Alarms of this process: 1 while one is on', labelNames: ['alarm'], registers: [this.registry] });

  constructor() {
    collectDefaultMetrics({ register: this.registry, prefix: 'botmaker_agent_' });
  }

  /** How long the oldest waiting work of each kind has waited; asked for at each scrape. */
  measureQueueAge(read: () => Promise<Record<string, number>>): void {
    new Gauge({
      name: 'botmaker_agent_queue_age_seconds',
      help: 'Age of the oldest waiting work by kind',
      labelNames: ['queue'],
      registers: [this.registry],
      async collect() {
        for (const [queue, seconds] of Object.entries(await read())) this.set({ queue }, seconds);
      },
    });
  }

  /** What waits on disk for the database; asked for at each scrape. */
  measureSpool(read: () => { bodies: number; bytes: number; oldestSeconds: number }): void {
    const gauge = (name: string, help: string, value: () => number): void =>
      void new Gauge({
        name: `botmaker_agent_spool_${name}`,
        help,
        registers: [this.registry],
        collect() {
          this.set(value());
        },
      });
    gauge('bodies', 'Bodies on disk that wait for the database', () => read().bodies);
    gauge('bytes', 'Bytes on disk that wait for the database', () => read().bytes);
    gauge('oldest_seconds', 'How long the oldest of them has waited', () => read().oldestSeconds);
  }

  private counter<L extends string>(name: string, help: string, labelNames: L[]): Counter<L> {
    return new Counter({ name: `botmaker_agent_${name}`, help, labelNames, registers: [this.registry] });
  }

  private histogram<L extends string>(name: string, help: string, labelNames: L[]): Histogram<L> {
    return new Histogram({ name: `botmaker_agent_${name}`, help, labelNames, buckets: seconds, registers: [this.registry] });
  }
}
