import type { INestApplicationContext } from '@nestjs/common';

export interface Command {
  /** One line per form, for the person who mistyped. */
  usage: string;
  run(app: INestApplicationContext, args: string[]): Promise<void>;
}

/** The words on the command line make no command; the message says which would. */
export class UsageError extends Error {}
