import { setMaxListeners } from 'node:events';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { Logger as WorkerLogger, run, type Runner, type TaskList } from 'graphile-worker';
import { ShutdownConfig } from '../config/app-config.js';
import { lastStepsMs } from '../config/load-config.js';
import { Database, jobConcurrency } from '../database/database.service.js';
import { Drain } from '../drain.js';
import { toAppError } from '../errors/app-error.js';
import { errorPolicy } from '../errors/error-policy.js';
import { WorkContext } from '../logging/work-context.js';
import { Metrics } from '../metrics/metrics.service.js';
import { Role } from '../role.js';
import { HandlesJob, type JobHandler } from './handles-job.decorator.js';
import type { JobPayload } from './job.js';

/** A delayed job (the end of a debounce) starts at most this late. One query per process, thanks to the local queue. */
const pollIntervalMs = 100;

/** Before a queue that has ended is begun anew. */
const restMs = 1000;

/** Runs the jobs of this process: finds the handlers, opens the log context, and decides by error kind whether to try again. */
@Injectable()
export class JobRunner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(JobRunner.name);
  private runner: Runner | null = null;
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
    const taskList = this.taskList();
    if (this.role.works) await this.database.boot.do('the job queue', () => this.start(taskList));
  }

  /** Stops claiming, lets running jobs and look-outs finish, and has those jobs give up that would take longer than the grace. */
  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    await this.drain.hold('the queue', async () => this.runner?.stop());
    this.runner = null;
    await this.drain.idle();
  }

  private async start(taskList: TaskList): Promise<void> {
    if (this.isStopping) return;
    const runner = await run({
      pgPool: this.database.jobs,
      taskList,
      noHandleSignals: true,
      logger: new WorkerLogger(() => (level, message) => (level === 'error' || level === 'warning' ? this.logger.warn(message) : this.logger.debug(message))),
      preset: { worker: { concurrentJobs: jobConcurrency, pollInterval: pollIntervalMs, localQueue: { size: jobConcurrency + 1 }, gracefulShutdownAbortTimeout: Math.max(0, this.shutdown.graceMs - lastStepsMs) } },
    });
    this.runner = runner;
    // The queue outlives a restart of the database, but not every outage. A process that looks alive and works no more is the
    // worst of all: the queue is begun anew as often as it ends.
    void runner.promise.then(
      () => this.startAgain(taskList, null),
      (error: unknown) => this.startAgain(taskList, error),
    );
  }

  private async startAgain(taskList: TaskList, error: unknown): Promise<void> {
    this.runner = null;
    if (this.isStopping) return;
    this.logger.error({ err: error }, 'the job queue has ended: it is begun anew');
    do await new Promise((again) => setTimeout(again, restMs));
    while (!(await this.start(taskList).then(() => true, () => this.isStopping)));
  }

  private taskList(): TaskList {
    const tasks: TaskList = {};
    for (const provider of this.discovery.getProviders({ metadataKey: HandlesJob.KEY })) {
      const job = this.discovery.getMetadataByDecorator(HandlesJob, provider);
      if (!job) continue;
      if (tasks[job.name]) throw new Error(`two classes handle the job "${job.name}": keep one`);
      const handler = provider.instance as JobHandler<JobPayload>;
      tasks[job.name] = (payload, helpers) => this.perform(job.name, handler, payload as JobPayload, listenable(helpers.abortSignal));
    }
    return tasks;
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
