import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';

type Fields = Record<string, string | number>;

const ambient = new AsyncLocalStorage<Fields>();

/** The fields of the work that is going on; a copy, because the logger writes into it. */
export function ambientFields(): Fields {
  return { ...ambient.getStore() };
}

/**
 * Opens the ambient log context: every line that `work` logs carries `fields` (`correlationId`, `job`, `runId`).
 * The context is read by the logger only. Whatever is stored takes its ids as parameters, so that a lost context can
 * spoil a log line but never a row.
 */
@Injectable()
export class WorkContext {
  run<T>(fields: Fields, work: () => T): T {
    return ambient.run({ ...fields }, work);
  }

  /** Adds fields to the lines that follow in the running context. */
  add(fields: Fields): void {
    Object.assign(ambient.getStore() ?? {}, fields);
  }
}
