import type { Contract } from '../contract/contract.js';
import type { OperationId } from '../contract/operation-id.js';
import type { RateLimit } from '../contract/rate-limit.js';

/**
 * "Only N requests per second|minute allowed", taken at its word: never more than N in any such span, counted per operation.
 * What is refused does not count.
 */
export class RateLimits {
  private readonly admitted = new Map<OperationId, number[]>();
  private readonly limits = new Map<OperationId, RateLimit>();

  constructor(
    contract: Contract,
    private readonly now: () => Date,
  ) {
    for (const operation of contract.operations) {
      const limit = contract.limitOf(operation);
      if (limit) this.limits.set(operation, limit);
    }
  }

  admits(operation: OperationId): boolean {
    const limit = this.limits.get(operation);
    if (!limit) return true;
    const at = this.now().getTime();
    const recent = (this.admitted.get(operation) ?? []).filter((time) => time > at - limit.windowMs);
    const isAdmitted = recent.length < limit.calls;
    if (isAdmitted) recent.push(at);
    this.admitted.set(operation, recent);
    return isAdmitted;
  }
}
