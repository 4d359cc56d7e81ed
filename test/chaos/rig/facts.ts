import type { RigPostgres } from './postgres.js';

/** A customer's message as the inbox holds it, and the turn that read it. */
export interface StoredMail {
  remoteId: string;
  state: string;
  reason: string | null;
  runId: string | null;
  backfill: boolean;
  turnState: string | null;
  outcome: string | null;
  turnReason: string | null;
  /** When its turn's decision was stored. */
  finishedAt: number | null;
}

/** A message of ours; the array that holds them is in the order in which they were decided. */
export interface PlannedMessage {
  id: string;
  runId: string;
  /** Botmaker's id of the chat. */
  chat: string;
  kind: string;
  text: string | null;
  state: string;
  reason: string | null;
  attempts: number;
}

/** A send whose outcome nobody knew at first. */
export interface DoubtFacts {
  runId: string;
  /** From the send until its doubt was settled, in ms; null when it never was. */
  ms: number | null;
  /** `echo`, `lookup`, `status`, `late-answer`, `resend` (it was looked for, is not there, and is made again), `unknown`, `expired`, `dead` */
  by: string;
  /** The same until the end of the message is known: a second send may be in doubt as well. */
  messageMs: number | null;
}

/** What the product's tables say when everything is quiet. */
export interface Facts {
  mail: StoredMail[];
  messages: PlannedMessage[];
  doubts: DoubtFacts[];
  unreadBodies: number;
}

export async function readFacts(database: RigPostgres): Promise<Facts> {
  const mail = await database.query<StoredMail>(`
    SELECT event.remote_id AS "remoteId", event.state, event.reason, event.run_id AS "runId", event.backfill, turn.state AS "turnState", turn.outcome,
      turn.reason AS "turnReason", (extract(epoch FROM turn.finished_at) * 1000)::float8 AS "finishedAt"
    FROM event LEFT JOIN turn ON turn.run_id = event.run_id
    WHERE event.kind = 'message' AND event.author = 'customer' ORDER BY event.occurred_at, event.id`);
  const messages = await database.query<PlannedMessage>(`
    SELECT message.id, run_id AS "runId", coalesce(chat.botmaker_chat_id, '') AS chat, kind, text, state, reason, attempts
    FROM message JOIN chat ON chat.id = message.chat_id ORDER BY message.created_at, run_id, part`);
  const [unread] = await database.query<{ count: number }>('SELECT count(*)::int AS count FROM envelope WHERE read_at IS NULL');
  return { mail, messages, doubts: await readDoubts(database), unreadBodies: unread?.count ?? 0 };
}

interface LogLine {
  runId: string;
  at: number;
  type: string;
  by: string | null;
}

const ends = new Set(['message.confirmed', 'message.sent', 'message.delivered', 'message.read', 'delivery.accepted', 'delivery.rejected', 'message.unknown', 'message.expired', 'message.failed']);

/** Out of the log: from each send in doubt to the entry that settled it, and what that was. */
async function readDoubts(database: RigPostgres): Promise<DoubtFacts[]> {
  const lines = await database.query<LogLine>(`
    SELECT run_id AS "runId", (extract(epoch FROM at) * 1000)::float8 AS at, type, detail ->> 'by' AS by
    FROM entry WHERE run_id IN (SELECT run_id FROM entry WHERE type = 'delivery.in-doubt') AND (type LIKE 'delivery.%' OR type LIKE 'message.%') ORDER BY id`);
  const runs = new Map<string, LogLine[]>();
  for (const line of lines) runs.set(line.runId, [...(runs.get(line.runId) ?? []), line]);
  return [...runs].flatMap(([runId, told]) => doubtsOf(runId, told));
}

/** An echo may be faster than the answer that never comes: then the send is proved before anybody doubts it. */
export function doubtsOf(runId: string, told: readonly Omit<LogLine, 'runId'>[]): DoubtFacts[] {
  const starts = told.flatMap(({ type }, at) => (type === 'delivery.attempted' ? [at] : []));
  return starts.flatMap((start, nth) => {
    const send = told.slice(start, starts[nth + 1]);
    if (!send.some(({ type }) => type === 'delivery.in-doubt')) return [];
    const settling = send.find(({ type }) => ends.has(type) || type === 'message.resending');
    const end = told.slice(start).find(({ type }) => ends.has(type));
    const since = (line?: { at: number }): number | null => (line ? line.at - (send[0]?.at ?? 0) : null);
    return [{ runId, ms: since(settling), by: settling ? nameOf(settling) : 'never', messageMs: since(end) }];
  });
}

function nameOf({ type, by }: Omit<LogLine, 'runId'>): string {
  if (type === 'message.confirmed') return by === 'lookup' ? 'lookup' : 'echo';
  if (type === 'message.resending') return 'resend';
  if (type === 'message.unknown') return 'unknown';
  if (type === 'message.expired') return 'expired';
  if (type === 'message.failed' || type === 'delivery.rejected') return 'dead';
  return type === 'delivery.accepted' ? 'late-answer' : 'status';
}
