import type { ChatMessage, MessageStatus } from './chats/chat-message.js';
import type { OperationId } from './contract/operation-id.js';

/** One request the twin received. `status` is null until it is answered, and stays null when the connection was cut. */
export interface Call {
  readonly operation: OperationId | 'unknown';
  readonly method: string;
  readonly path: string;
  readonly at: Date;
  status: number | null;
  /** The request took effect, whatever its caller was told. */
  accepted: boolean;
  /** The scripted fault that hit this call. */
  fault?: string;
}

/** A request that the official contract does not allow. */
export interface Violation {
  readonly operation: OperationId | 'unknown';
  readonly method: string;
  readonly path: string;
  readonly reason: string;
  readonly at: Date;
}

export type WebhookKind = 'message' | 'status' | 'variables' | 'validation';
/** `dropped` by the test, `lost` by the circuit breaker, `aborted` by closing the twin. */
export type WebhookOutcome = 'delivered' | 'refused' | 'unreachable' | 'timeout' | 'dropped' | 'lost' | 'aborted';

/** One try to call the webhook. Retries and copies of one notification share its `notificationId`. */
export interface WebhookAttempt {
  readonly notificationId: string;
  readonly kind: WebhookKind;
  readonly chatId: string | null;
  readonly url: string;
  readonly body: unknown;
  /** 1 for the first try; 0 when nothing was sent. */
  readonly attempt: number;
  readonly at: Date;
  readonly outcome: WebhookOutcome;
  readonly status: number | null;
  readonly willRetry: boolean;
}

export type ChatChange = 'created' | 'variables' | 'tags' | 'mute' | 'agent' | 'queue' | 'window' | 'typing' | 'read' | 'profile';

/** What a page or a test can follow live. */
export type TwinEvent =
  | { readonly type: 'call'; readonly call: Call }
  | { readonly type: 'violation'; readonly violation: Violation }
  | { readonly type: 'webhook'; readonly attempt: WebhookAttempt }
  | { readonly type: 'message'; readonly chatId: string; readonly message: ChatMessage }
  | { readonly type: 'status'; readonly chatId: string; readonly messageId: string; readonly status: MessageStatus }
  | { readonly type: 'chat'; readonly chatId: string; readonly change: ChatChange };

interface Waiter {
  readonly check: () => void;
  readonly end: (reason: Error) => void;
}

/** Keeps what happened, tells listeners, and wakes those who wait for a condition. */
export class Observation {
  readonly calls: Call[] = [];
  readonly violations: Violation[] = [];
  readonly webhookAttempts: WebhookAttempt[] = [];
  private readonly listeners = new Set<(event: TwinEvent) => void>();
  private readonly waiters = new Set<Waiter>();
  private checkIsDue = false;
  private isClosed = false;

  tell(event: TwinEvent): void {
    if (event.type === 'violation') this.violations.push(event.violation);
    if (event.type === 'webhook') this.webhookAttempts.push(event.attempt);
    for (const listener of this.listeners) listener(event);
    this.changed();
  }

  /** Returns the function that ends the subscription. */
  subscribe(listener: (event: TwinEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Re-checks the waiters once per synchronous burst of changes: large runs change state tens of thousands of times. */
  changed(): void {
    if (this.checkIsDue || this.waiters.size === 0) return;
    this.checkIsDue = true;
    queueMicrotask(() => {
      this.checkIsDue = false;
      for (const waiter of [...this.waiters]) waiter.check();
    });
  }

  /** Resolves with the first truthy value of the predicate; rejects after `timeoutMs` or when the twin closes. */
  until<T>(predicate: () => T, timeoutMs: number): Promise<NonNullable<T>> {
    return new Promise((resolve, reject) => {
      if (this.isClosed) return reject(new Error('the twin is closed'));
      const waiter: Waiter = {
        check: () => {
          try {
            const value = predicate();
            if (value) settle(() => resolve(value));
          } catch (error) {
            settle(() => reject(error instanceof Error ? error : new Error(String(error))));
          }
        },
        end: (reason) => settle(() => reject(reason)),
      };
      const timer = setTimeout(() => waiter.end(new Error(this.describe(timeoutMs, predicate))), timeoutMs);
      const settle = (finish: () => void): void => {
        clearTimeout(timer);
        this.waiters.delete(waiter);
        finish();
      };
      this.waiters.add(waiter);
      waiter.check();
    });
  }

  close(): void {
    this.isClosed = true;
    for (const waiter of [...this.waiters]) waiter.end(new Error('the twin was closed while waiting'));
    this.listeners.clear();
  }

  private describe(timeoutMs: number, predicate: () => unknown): string {
    const calls = this.calls.slice(-5).map((call) => `${call.operation} ${call.status ?? 'open'}`);
    const violations = this.violations.slice(-3).map((violation) => violation.reason);
    return `not true after ${timeoutMs} ms: ${predicate.toString()}; last calls: ${calls.join(', ') || 'none'}; last violations: ${violations.join(' | ') || 'none'}`;
  }
}
