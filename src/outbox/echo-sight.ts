/** How many of the last accepted messages must all lack an echo before the echoes count as gone. */
export const echoSample = 20;

/** What the echoes of late were worth. */
export interface EchoSight {
  /** Of the last accepted messages that are older than the doubt, at most `echoSample`. */
  accepted: number;
  /** How many of them were echoed, by what told us that the echo was ours. */
  echoedBy: Record<string, number>;
  /** The latest echo of the last hour, in milliseconds after its send; null when there was none. */
  slowestMs: number | null;
}

/** None of the last messages was echoed: the channel's echoes are off, or carry nothing that we know. */
export function isBlind({ accepted, echoedBy }: EchoSight): boolean {
  return accepted >= echoSample && Object.values(echoedBy).every((count) => count === 0);
}

/** Echoes come so late that one may come after a resend. */
export function isDoubtTooShort({ slowestMs }: EchoSight, doubtMs: number): boolean {
  return slowestMs !== null && slowestMs > doubtMs / 2;
}
