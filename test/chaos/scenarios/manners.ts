import { ChaosMonkey, type Blows } from '../rig/chaos-monkey.js';
import { judge, type Verdict } from '../rig/checker.js';
import { Customers } from '../rig/customers.js';
import { drained } from '../rig/drain.js';
import type { Entry } from '../rig/history.js';
import { streamOf } from '../rig/prng.js';
import { Rig } from '../rig/rig.js';
import type { Rhythms } from '../rig/schedule.js';

export interface MannersRun {
  seed: number;
  chats: number;
  steps: number;
  replicas?: number;
  rhythms?: Rhythms;
}

export interface MannersResult {
  seed: number;
  steps: Record<string, number>;
  blows: Blows;
  verdict: Verdict;
  /** What a customer read of us while an operator had his chat, who had taken it or written well before. */
  talkedOver: { chat: string; text: string; afterMs: number }[];
  /** Chats in which Botmaker's bot is muted at rest, and that nobody has. */
  unheld: string[];
}

/** OWNER_PROOF_MS: so old may be what a send goes by. */
const proofMs = 500;
/** And so long may the look have taken that told it. */
const lookMs = 2000;
/** Chats are looked at three times a second, so they are few and slow: a send that finds no slot for its look goes out without one. */
const mostPauseMs = 2500;
const drainPatienceMs = 300_000;
const windowTemplate = 'retomar_conversacion';

/** An operator writes and goes, the flow takes chats back, mutes run out, windows close, and processes are killed, while customers write. */
export function manners({ seed, chats, steps, replicas = 2, rhythms = { kill: { leastMs: 6000, mostMs: 12_000 } } }: MannersRun): Promise<MannersResult> {
  const env = { OWNER_PROOF_MS: String(proofMs), RETURN_CHECK_MS: '300', SILENT_AFTER_MS: '8000', MUTE_INTENT: 'EXT_MUTE', WINDOW_TEMPLATE: windowTemplate, WINDOW_MARGIN_MS: '0' };
  return Rig.use({ name: 'manners', seed, replicas, env }, async (rig) => {
    const monkey = new ChaosMonkey(rig).start(rhythms);
    const customers = new Customers(rig.twin, rig.history);
    const counts: Record<string, number> = {};
    await Promise.all(Array.from({ length: chats }, (_, index) => conversation(rig, customers, seed, index, steps, counts)));
    await monkey.stop();
    const { facts } = await drained(rig, drainPatienceMs);
    // A claim is begun to be sent within half of the time limit, and the call may take the whole.
    const graceMs = proofMs + lookMs + 1.5 * rig.pace.sendTimeoutMs;
    const owners = await rig.database.query<{ chat: string; owner: string }>('SELECT botmaker_chat_id AS chat, owner FROM conversation JOIN chat ON chat.id = conversation.chat_id');
    return { seed, steps: counts, blows: monkey.blows, verdict: judge(rig.history.entries, facts), talkedOver: talkedOver(rig.history.entries, graceMs), unheld: unheldOf(rig, new Map(owners.map(({ chat, owner }) => [chat, owner]))) };
  });
}

/** One chat: what happens in it next is drawn from the seed. */
async function conversation({ twin, history }: Rig, customers: Customers, seed: number, index: number, steps: number, counts: Record<string, number>): Promise<void> {
  const draw = streamOf(seed, `chat ${index}`);
  const contactId = customers.newContact();
  let written = 0;
  const write = (): Promise<boolean> => customers.ask(`m${index}-${written++}`, 6000, { contactId });
  const answered = write();
  const chat = twin.chat(`${twin.channelId}:${contactId}`)?.chatId ?? '';
  await answered;
  const note = (event: Extract<Entry, { what: 'manners' }>['event']): void => history.add({ what: 'manners', chat, event });
  const acts: Record<string, { weight: number; act: () => Promise<unknown> | void }> = {
    asks: { weight: 6, act: write },
    'writes on': { weight: 5, act: () => burst(write, draw) },
    takes: { weight: 2, act: () => (twin.operatorTakes(chat), note('took')) },
    'operator writes': { weight: 2, act: () => (twin.operatorWrites(chat, 'Te atiendo yo'), note('wrote')) },
    releases: { weight: 4, act: () => (twin.operatorReleases(chat), note('released')) },
    'flow returns': { weight: 1, act: () => (twin.triggerIntent(chat, 'VOLVER_FLUJO'), note('returned')) },
    'mute runs out': { weight: 1, act: () => (twin.expireMute(chat), note('unmuted')) },
    'window closes': { weight: 1, act: () => (twin.closeWindow(chat), note('window-closed')) },
  };
  for (let step = 0; step < steps; step++) {
    await new Promise((go) => setTimeout(go, draw() * mostPauseMs));
    const name = chosen(acts, draw());
    counts[name] = (counts[name] ?? 0) + 1;
    await acts[name]?.act();
  }
  // A person who keeps a chat for ever keeps its customers waiting, and that is his to answer for.
  twin.operatorReleases(chat);
  note('released');
  await write();
}

/** Two or three messages at once, of which the last is waited for. */
async function burst(write: () => Promise<boolean>, draw: () => number): Promise<void> {
  for (let more = draw() < 0.5 ? 1 : 2; more > 0; more--) {
    void write();
    await new Promise((go) => setTimeout(go, draw() * 200));
  }
  await write();
}

function chosen(acts: Record<string, { weight: number }>, drawn: number): string {
  const all = Object.entries(acts);
  let left = drawn * all.reduce((sum, [, { weight }]) => sum + weight, 0);
  return all.find(([, { weight }]) => (left -= weight) < 0)?.[0] ?? 'asks';
}

function talkedOver(entries: readonly Entry[], graceMs: number): MannersResult['talkedOver'] {
  const since = new Map<string, number>();
  const found: MannersResult['talkedOver'] = [];
  for (const entry of entries) {
    if (entry.what === 'manners' && (entry.event === 'took' || entry.event === 'wrote')) since.set(entry.chat, since.get(entry.chat) ?? entry.at);
    if (entry.what === 'manners' && (entry.event === 'released' || entry.event === 'returned')) since.delete(entry.chat);
    if (entry.what !== 'seen') continue;
    const afterMs = entry.at - (since.get(entry.chat) ?? Infinity);
    if (afterMs > graceMs) found.push({ chat: entry.chat, text: entry.text, afterMs });
  }
  return found;
}

function unheldOf({ twin }: Rig, owners: ReadonlyMap<string, string>): string[] {
  return twin.chats().filter(({ chatId, isBotMuted, agentId, queueId }) => isBotMuted && agentId === null && queueId === null && owners.get(chatId) === 'flow').map(({ chatId }) => chatId);
}
