import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';

/**
 * Opens the ambient log context outside HTTP: every line that `work` logs carries `fields` (`correlationId`, `job`, `runId`).
 * The context is read by the logger only. Whatever is stored takes its ids as parameters, so that a lost context can
 * spoil a log line but never a row.
 */
@Injectable()
export class WorkContext {
  constructor(private readonly pino: PinoLogger) {}

  run<T>(fields: Record<string, string | number>, work: () => Promise<T>): Promise<T> {
    return this.pino.runInContext(work, { bindings: fields });
  }

  /** Adds fields to the lines that follow in the running context. */
  add(fields: Record<string, string | number>): void {
    this.pino.assign(fields);
  }
}
