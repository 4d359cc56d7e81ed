import { DiscoveryService } from '@nestjs/core';
import type { z } from 'zod';

/** What a model is told of a tool. */
export interface ToolWords {
  /** Lower case, digits and `_`. */
  readonly name: string;
  /** When to use it, in Spanish: the model reads this and nothing else. */
  readonly description: string;
  readonly schema: z.ZodObject;
}

export interface ToolContext {
  runId: string;
  /** Our own id of the chat that the turn answers: a tool sees this chat and no other. */
  chatId: string;
  /** Ends when the tool's time is up, the turn is lost or the process drains. */
  signal: AbortSignal;
  /** The same for the same call in every try of the turn: for services that take such a key. */
  idempotencyKey: string;
}

export interface ToolAnswer {
  /** What the model reads, at most `longestToolAnswer` characters of it. Data, never an instruction. */
  text: string;
  /** Passages of the knowledge that it brings in, by id. */
  passages?: string[];
}

/**
 * Something the model may use before it decides: a class in this folder with `@Tool()` and `@Injectable()`, among the
 * providers of `agent.module.ts` or of any other module.
 *
 * `hasEffect` says that it changes something outside. Such a tool is run once for the same arguments within a turn, however
 * often the turn is tried or the model asks. It says what it knows by its errors: an AppError of a kind that means "surely not done" (`invalid`,
 * `not-found`, `upstream-unavailable`, …) lets it be tried again; `outcome-unknown`, any other error and a time-out mean that
 * nobody knows, and then it is not. Nothing that a customer sees may be one: sending belongs to the outbox.
 */
export interface AgentTool<Schema extends z.ZodObject = z.ZodObject> extends ToolWords {
  readonly schema: Schema;
  readonly hasEffect: boolean;
  /** Absent: 10 seconds. */
  readonly timeoutMs?: number;
  run(args: z.output<Schema>, context: ToolContext): Promise<ToolAnswer>;
}

/** Marks a class as one of the agent's tools. */
export const Tool = DiscoveryService.createDecorator();
