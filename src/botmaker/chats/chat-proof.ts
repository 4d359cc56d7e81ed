/** What Botmaker said of a chat when it was last asked, and how long ago that is by the database's clock. */
export interface ChatProof {
  ageMs: number;
  /** False: Botmaker did not know the chat. */
  isKnown: boolean;
  /** The operator who had it. */
  agentId: string | null;
  /** The queue it was put into, where no operator had taken it yet. */
  queueId: string | null;
  /** Null: it did not say. */
  isBotMuted: boolean | null;
  /** Whether the hand-off variable was set; null: it did not say, and the variable may have ended with its session [M]. */
  isHandedOver: boolean | null;
  windowClosesAt: Date | null;
}

/** Some accounts name a queue for every chat, also for those that wait for nobody [O]. */
const noQueue = '_default_';

/** Muted, not ours by the variable, with no operator and in no queue: nobody speaks, and nobody knows it. */
export function isUnheld({ isKnown, agentId, queueId, isBotMuted, isHandedOver }: ChatProof): boolean {
  return isKnown && agentId === null && isBotMuted === true && isHandedOver !== true && (queueId === null || queueId === noQueue);
}
