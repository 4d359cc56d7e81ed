const endings = new Set(['turn.finished', 'turn.failed', 'turn.dead', 'turn.skipped']);

/**
 * The log as a story: what belongs to one run together, where the run began; changes of owner on their own; the rest in
 * between. `runOfEvent` tells which run read a customer's message, which the entry of its arrival could not know yet.
 */
export function groupEntries(entries, runOfEvent) {
  const runOfCorrelation = new Map(entries.filter(({ runId, correlationId }) => runId && correlationId).map(({ runId, correlationId }) => [correlationId, runId]));
  const runs = new Map();
  for (const { runId } of entries) if (runId && !runs.has(runId)) runs.set(runId, { kind: 'run', key: `run ${runId}`, runId, entries: [] });
  const groups = [];
  for (const entry of entries) {
    const run = runs.get(entry.runId ?? runOfEvent.get(entry.eventId) ?? (isArrival(entry) ? runOfCorrelation.get(entry.correlationId) : undefined));
    if (run && entry.tone !== 'owner') {
      run.entries.push(entry);
      if (entry.runId && groups.indexOf(run) < 0) groups.push(run);
    } else if (entry.tone === 'owner') {
      groups.push({ kind: 'owner', key: `owner ${entry.id}`, entries: [entry] });
    } else if (groups.at(-1)?.kind === 'loose') {
      groups.at(-1).entries.push(entry);
    } else {
      groups.push({ kind: 'loose', key: `loose ${entry.id}`, entries: [entry] });
    }
  }
  return groups;
}

const isArrival = ({ type }) => type === 'inbox.accepted' || type === 'inbox.duplicate';

const arrivals = new Set(['message.confirmed', 'message.sent', 'message.delivered', 'message.read', 'message.redriven']);
const troubles = {
  'message.failed': { words: 'No se entregó', tone: 'bad' },
  'message.unknown': { words: 'No se sabe si llegó', tone: 'bad' },
  'delivery.rejected': { words: 'Rechazado', tone: 'bad' },
  'message.expired': { words: 'Vencido', tone: 'quiet' },
  'message.held': { words: 'Retenido', tone: 'busy' },
  'delivery.in-doubt': { words: 'Envío en duda', tone: 'busy' },
  'delivery.retrying': { words: 'Se reintenta', tone: 'busy' },
};

/** How a run ended, or null while it goes on. A run that was answered is not over before its answer has gone out. */
export function endingOf(entries) {
  const ending = entries.findLast(({ type }) => endings.has(type));
  if (!ending) return null;
  const trouble = troubleOf(entries);
  if (trouble) return trouble;
  const tone = ending.type === 'turn.failed' || ending.type === 'turn.dead' || ending.reasonCode === 'agent-failed' ? 'bad' : ending.reasonCode === 'answered' ? 'good' : 'quiet';
  return { words: ending.reason ?? ending.title, tone };
}

/** The last thing that went wrong with the answer, unless something proves that it went out after all. */
function troubleOf(entries) {
  const trouble = entries.findLast(({ type }) => type in troubles);
  if (!trouble) return null;
  const isFinal = trouble.type === 'message.failed' || trouble.type === 'message.unknown';
  const later = isFinal ? entries.slice(entries.indexOf(trouble)) : entries;
  const isSettled = later.some(({ type }) => arrivals.has(type)) || (trouble.type === 'delivery.retrying' && later.slice(later.indexOf(trouble)).some(({ type }) => type === 'delivery.accepted'));
  return isSettled ? null : troubles[trouble.type];
}

const stations = [
  ['inbox.accepted', 'Recibido'],
  ['turn.decided', 'Decidido'],
  ['delivery.accepted', 'Aceptado'],
  ['message.delivered', 'Entregado'],
  ['message.read', 'Leído'],
];

/** From the webhook to the read receipt: each station with its time since the first, or null when it was not reached. */
export function stationsOf(entries) {
  const reached = stations.map(([type, words]) => ({ words, at: entries.find((entry) => entry.type === type)?.at ?? null }));
  const start = Date.parse(reached[0].at ?? entries[0]?.at);
  return reached.map(({ words, at }) => ({ words, afterMs: at === null ? null : Math.max(0, Date.parse(at) - start) }));
}
