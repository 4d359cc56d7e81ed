/** Which way a body came in. */
export type Door = 'webhook' | 'code-action' | 'sweep';

export interface NewEnvelope {
  door: Door;
  body: Buffer;
  correlationId: string;
}

/** A body on its way into the database. */
export interface ReceivedEnvelope extends NewEnvelope {
  /** A UUID of this arrival alone: storing the same arrival twice is storing it once. */
  deliveryKey: string;
  /** When it arrived, in ms since 1970 by this process's clock: the database's may be out of reach. */
  receivedAt: number;
}
