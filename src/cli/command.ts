import type { INestApplicationContext, Type } from '@nestjs/common';
import type { ConfigError } from '../platform/index.js';

/** What a command may need to know of where it runs. */
export interface Surroundings {
  /** False: no account is configured, and the one that would run here does not run. */
  isAccountThere: boolean;
}

export interface Command {
  /** One line per form, for the person who mistyped. */
  usage: string;
  /** The rooms that it works with. */
  rooms: Type[];
  /** Resolves with the exit code, when that is not 0. */
  run(app: INestApplicationContext, args: string[], surroundings: Surroundings): Promise<number | void>;
  /** For a command that has something to say even where the configuration can't be used. Returns the exit code. */
  withoutConfig?(error: ConfigError, args: string[]): number;
}

/** The words on the command line make no command; the message says which would. */
export class UsageError extends Error {}
