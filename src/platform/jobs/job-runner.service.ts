import { setMaxListeners } from 'node:events';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { Logger as WorkerLogger, run, type Runner, type TaskList } from 'graphile-worker';
import { ShutdownConfig } from '../config/app-config.js';
import { lastStepsMs } from '../config/load-config.js';
import { Database } from '../database/database.service.js';
import { Drain } from '../drain.js';
import { toAppError } from '../errors/app-error.js';
import { errorPolicy } from '../errors/error-policy.js';
import { WorkContext } from '../logging/work-context.js';
import { Metrics } from '../metrics/metrics.service.js';
import { Role } from '../role.js';
import { HandlesJob, type JobHandler } from './handles-job.decorator.js';
import type { JobPayload, Outsider } from './job.js';

/**
 * The jobs of a process stand in three lines, by whom they wait for: so many of each run at once, and a delayed one starts at
 * most so late. A model that takes a minute keeps no mail unread and no answer unsent, and neither does a Botmaker that hangs.
 * Who waits holds a slot, and little else. Each line is told of the jobs of all: two hundred bodies a second would have all three
 * look two hundred times, so one that has found nothing rests before it looks again (`lookMs`).
 */
const lines: Record<Outsider, { atOnce: number; pollMs: number; lookMs: number }> = {
  nobody: { atOnce: 10, pollMs: 500, lookMs: 25 },
  botmaker: { atOnce: 20, pollMs: 500, lookMs: 50 },
  // The end of a debounce, for which a customer waits.
  model: { atOnce: 30, pollMs: 100, lookMs: 50 },
};

/** Before a line that has ended is begun anew. */
const restMs = 1000;

/** Runs the jobs of this process: finds the handlers, opens the log context, and decides by error kind whether to try again. */
@Injectable()
export class JobRunner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(JobRunner.name);
  private readonly runners = new Map<Outsider, Runner>();
  private isStopping = false;

  constructor(
    private readonly role: Role,
    private readonly database: Database,
    private readonly discovery: DiscoveryService,
    private readonly metrics: Metrics,
    private readonly context: WorkContext,
    private readonly drain: Drain,
    private readonly shutdown: ShutdownConfig,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const taskLists = this.taskLists();
    if (!this.role.works) return;
    await this.database.boot.do('the job queue', async () => {
      for (const [line, taskList] of taskLists) await this.start(line, taskList);
    });
  }

  /** Stops claiming, lets running jobs and look-outs finish, and has those jobs give up that would take longer than the grace. */
  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    await this.drain.hold('the queue', () => Promise.all([...this.runners.values()].map((runner) => runner.stop())));
    this.runners.clear();
    await this.drain.idle();
  }

  private async start(line: Outsider, taskList: TaskList): Promise<void> {
    if (this.isStopping || this.runners.has(line)) return;
    const { atOnce, pollMs, lookMs } = lines[line];
    const refetchDelay = { durationMs: lookMs, maxAbortThreshold: Number.MAX_SAFE_INTEGER };
    const runner = await run({
      pgPool: this.database.jobs,
      taskList,
      noHandleSignals: true,
      logger: new WorkerLogger(() => (level, message) => (level === 'error' || level === 'warning' ? this.logger.warn(message) : this.logger.debug(message))),
      preset: { worker: { concurrentJobs: atOnce, pollInterval: pollMs, localQueue: { size: atOnce + 1, refetchDelay }, gracefulShutdownAbortTimeout: Math.max(0, this.shutdown.graceMs - lastStepsMs) } },
    });
    this.runners.set(line, runner);
    // The queue outlives a restart of the database, but not every outage. A process that looks alive and works no more is the
    // worst of all: a line is begun anew as often as it ends.
    void runner.promise.then(
      () => this.startAgain(line, taskList, null),
      (error: unknown) => this.startAgain(line, taskList, error),
    );
  }

  private async startAgain(line: Outsider, taskList: TaskList, error: unknown): Promise<void> {
    this.runners.delete(line);
    if (this.isStopping) return;
    this.logger.error({ err: error, line }, 'a line of the job queue has ended: it is begun anew');
    do await new Promise((again) => setTimeout(again, restMs));
    while (!(await this.start(line, taskList).then(() => true, () => this.isStopping)));
  }

  private taskLists(): Map<Outsider, TaskList> {
    const handled = new Set<string>();
    const lists = new Map<Outsider, TaskList>();
    for (const provider of this.discovery.getProviders({ metadataKey: HandlesJob.KEY })) {
      const job = this.discovery.getMetadataByDecorator(HandlesJob, provider);
      if (!job) continue;
      if (handled.has(job.name)) throw new Error(`two classes handle the job "${job.name}": keep one`);
      handled.add(job.name);
      const handler = provider.instance as JobHandler<JobPayload>;
      const list = lists.get(job.waitsFor) ?? {};
      list[job.name] = (payload, helpers) => this.perform(job.name, handler, payload as JobPayload, listenable(helpers.abortSignal));
      lists.set(job.waitsFor, list);
    }
    return lists;
  }

  private perform(name: string, handler: JobHandler<JobPayload>, payload: JobPayload, signal: AbortSignal): Promise<void> {
    return this.context.run({ job: name, correlationId: payload.correlationId }, async () => {
      const endTimer = this.metrics.jobSeconds.startTimer({ job: name });
      try {
        await this.drain.hold(`the job ${name}`, () => handler.handle(payload, signal));
        endTimer({ outcome: 'done' });
      } catch (thrown) {
        const error = toAppError(thrown);
        const policy = errorPolicy[error.kind];
        endTimer({ outcome: policy.job });
        this.logger[policy.level === 'info' ? 'log' : policy.level]({ err: thrown, code: error.code, ...error.details }, `job ${name} did not finish: ${policy.job}`);
        if (policy.job === 'retry' || policy.job === 'release') throw thrown;
      }
    });
  }
}

/** The queue gives all jobs one signal: as many may listen to it as there are jobs, without a warning of a leak. */
function listenable(signal: AbortSignal | undefined): AbortSignal {
  const given = signal ?? new AbortController().signal;
  setMaxListeners(0, given);
  return given;
}
