import type { OperationId } from '../contract/operation-id.js';

/** `before`: the request takes no effect. `after`: it did, and only its answer suffers. */
export type FaultMoment = 'before' | 'after';

export type Fault =
  /** Any status; 202 `before` is a platform that accepts and forgets. */
  | { readonly kind: 'status'; readonly status: number; readonly when: FaultMoment; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  /** The connection is reset. */
  | { readonly kind: 'reset'; readonly when: FaultMoment }
  /** Takes effect; the connection is reset in the middle of the answer. */
  | { readonly kind: 'cut' }
  /** `before`: takes effect only after `ms`, even when the caller has left. `after`: at once, and is answered after `ms`. */
  | { readonly kind: 'stall'; readonly ms: number; readonly when: FaultMoment }
  /** Never answered. */
  | { readonly kind: 'silence'; readonly when: FaultMoment }
  /** The success status with a body that is none of ours, such as a proxy's page. */
  | { readonly kind: 'garbage'; readonly when?: FaultMoment; readonly status?: number; readonly body?: string; readonly contentType?: string };

/**
 * Asked when no scripted fault waits for the operation: seeded random faults come from here. With the request's body, so that
 * a seed gives the same message the same fault whatever the others do meanwhile.
 */
export type FaultRule = (operation: OperationId, body: unknown) => Fault | undefined;

/** The script of what goes wrong: one queue per operation, used up by requests that would otherwise have been served. */
export class Faults {
  private readonly queues = new Map<OperationId, Fault[]>();
  private rule: FaultRule = () => undefined;

  next(operation: OperationId, ...faults: readonly Fault[]): this {
    this.queues.set(operation, [...(this.queues.get(operation) ?? []), ...faults]);
    return this;
  }

  decideBy(rule: FaultRule): this {
    this.rule = rule;
    return this;
  }

  /** How many scripted faults of this operation were not used yet. */
  pending(operation: OperationId): number {
    return this.queues.get(operation)?.length ?? 0;
  }

  clear(): void {
    this.queues.clear();
    this.rule = () => undefined;
  }

  take(operation: OperationId, body: unknown): Fault | undefined {
    return this.queues.get(operation)?.shift() ?? this.rule(operation, body);
  }
}
