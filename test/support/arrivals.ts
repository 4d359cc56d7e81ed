import { randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { ReceivedEnvelope } from '../../src/inbox/received-envelope.js';

/** A body that has just arrived at the webhook. */
export const arrived = (body: Buffer, more: Partial<ReceivedEnvelope> = {}): ReceivedEnvelope => ({
  door: 'webhook', body, correlationId: randomUUID(), deliveryKey: uuidv7(), receivedAt: Date.now(), ...more,
});
