import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../support/until.js';
import { judge } from '../rig/checker.js';
import { Customers } from '../rig/customers.js';
import { drained } from '../rig/drain.js';
import { answerTo } from '../rig/model.js';
import { Rig, type RigOptions } from '../rig/rig.js';

const patienceMs = 180_000;
/** How much later than its 202 the account tells of a message, in the control that needs it late. */
const lagMs = 9000;

/** A safeguard, and the scenario that must show faults as soon as it is taken away. */
export interface Control {
  name: string;
  safeguard: string;
  /** What is counted. */
  counts: 'duplicated' | 'lost' | 'spoofed';
  options: Omit<RigOptions, 'name' | 'seed'>;
  /** How the rig differs when the safeguard is gone. */
  without: { env?: Record<string, string>; prepare?: (rig: Rig) => Promise<unknown> };
  /** Plays the scenario and returns the faults that it saw. */
  play: (rig: Rig) => Promise<number>;
}

export interface ControlResult {
  name: string;
  safeguard: string;
  counts: Control['counts'];
  with: number;
  without: number;
}

export const controls: readonly Control[] = [
  {
    name: 'naive retry',
    safeguard: 'a send that got no answer is not simply made again',
    counts: 'duplicated',
    options: { replicas: 1, tempo: 'quick', preloads: ['sabotage.mjs'] },
    without: { env: { CHAOS_SABOTAGE: 'naive-retry' } },
    play: answersCutOff,
  },
  {
    name: 'W below the lag',
    safeguard: 'SEND_DOUBT_MS is longer than echo and listing may take',
    counts: 'duplicated',
    options: {
      replicas: 1,
      // Five sends without an answer open the breaker: while it rests the late echo would come in time.
      env: { SEND_TIMEOUT_MS: '2000', SEND_DOUBT_MS: '13000', CIRCUIT_OPEN_MS: '50' },
      // Were everything listed late, the look would notice that the list lacks what it must hold.
      twin: { echo: { delayMs: lagMs }, listingDelayMs: (text) => (text.startsWith(answerTo('')) ? lagMs : 0), statusDelays: { sentMs: lagMs, deliveredMs: lagMs, readMs: null } },
    },
    without: { env: { SEND_DOUBT_MS: '2000' } },
    play: answersCutOff,
  },
  {
    name: 'no self-abort',
    safeguard: 'a worker looks at the clock right before it writes',
    counts: 'duplicated',
    options: { replicas: 2, tempo: 'quick', preloads: ['failpoints.mjs', 'sabotage.mjs'] },
    without: { env: { CHAOS_SABOTAGE: 'no-self-abort' } },
    play: sleeperAwakes,
  },
  {
    name: 'check-then-insert',
    safeguard: 'the unique key of an event, which holds even where readers do not exclude each other',
    counts: 'duplicated',
    options: { replicas: 3, tempo: 'quick', preloads: ['sabotage.mjs'], env: { CHAOS_SABOTAGE: 'no-reader-lock' } },
    without: { env: { CHAOS_SABOTAGE: 'check-then-insert' }, prepare: ({ database }) => database.query('DROP INDEX event_key_key') },
    play: toldFiftyTimes,
  },
  {
    name: '200 before the commit',
    safeguard: 'a body is committed, or synced to disk, before it is acknowledged',
    counts: 'lost',
    options: { replicas: 1, tempo: 'quick', preloads: ['sabotage.mjs'], twin: { webhookRetry: { attempts: 1 } } },
    without: { env: { CHAOS_SABOTAGE: 'early-200' } },
    play: killedAtTheAcknowledgement,
  },
  {
    name: 'trust proxy: true',
    safeguard: 'X-Forwarded-For counts only from proxies that were named',
    counts: 'spoofed',
    options: { replicas: 1, tempo: 'quick', preloads: ['sabotage.mjs'], env: { BM_ALLOWED_IPS: '10.0.0.0/8' } },
    without: { env: { CHAOS_SABOTAGE: 'trust-proxy' } },
    play: spoofedAddresses,
  },
];

/** Plays a control's scenario twice: with the safeguard, and without. */
export async function playControl(control: Control, seed: number): Promise<ControlResult> {
  const { name, safeguard, counts, options, without, play } = control;
  const slug = name.replaceAll(/[^a-z0-9]+/gi, '-');
  const sound = await Rig.use({ ...options, name: `with-${slug}`, seed }, play);
  const spoilt = await Rig.use({ ...options, name: `without-${slug}`, seed, env: { ...options.env, ...without.env } }, async (rig) => {
    await without.prepare?.(rig);
    return play(rig);
  });
  return { name, safeguard, counts, with: sound, without: spoilt };
}

/** Five answers are accepted, and the connection breaks before we hear of it. */
async function answersCutOff(rig: Rig): Promise<number> {
  const customers = new Customers(rig.twin, rig.history);
  rig.twin.faults.next('send-messages', ...Array.from({ length: 5 }, () => ({ kind: 'reset', when: 'after' }) as const));
  await Promise.all(Array.from({ length: 5 }, (_, number) => customers.ask(`cut-${number}`, 60_000)));
  return duplicates(rig);
}

/** A worker falls asleep between its claim and its request, and wakes when another one has sent the message. */
async function sleeperAwakes(rig: Rig): Promise<number> {
  const customers = new Customers(rig.twin, rig.history);
  for (let number = 0; number < 3; number++) {
    writeFileSync(join(rig.dir, 'K7.SIGSTOP'), '');
    const answered = customers.ask(`asleep-${number}`, 60_000);
    const hit = await until(() => rig.fleet.hits[number], 'a worker to fall asleep', 60_000);
    await answered;
    hit.replica.signal('SIGCONT');
  }
  return duplicates(rig);
}

async function duplicates(rig: Rig): Promise<number> {
  // What a worker does late, it does within its time limit.
  await new Promise((go) => setTimeout(go, 3000));
  const { facts } = await drained(rig, patienceMs);
  return judge(rig.history.entries, facts).duplicated.length;
}

/** Twenty messages, each told fifty times at once, at every door. */
async function toldFiftyTimes(rig: Rig): Promise<number> {
  const chat = `C${randomUUID().replaceAll('-', '').slice(0, 19).toUpperCase()}`;
  await tell(rig, chat, 'FIRST', 0);
  await read(rig);
  for (let round = 0; round < 20; round++) await Promise.all(Array.from({ length: 50 }, (_, copy) => tell(rig, chat, `ROUND${round}`, copy)));
  await read(rig);
  const [row] = await rig.database.query<{ count: number }>('SELECT count(*)::int AS count FROM (SELECT remote_id FROM event WHERE kind = \'message\' GROUP BY remote_id HAVING count(*) > 1) AS twice');
  const [all] = await rig.database.query<{ count: number }>('SELECT count(DISTINCT remote_id)::int AS count FROM event WHERE kind = \'message\'');
  if (all?.count !== 21) throw new Error(`${all?.count} of 21 messages are stored`);
  return row?.count ?? 0;
}

async function tell({ fleet, twin }: Rig, chat: string, id: string, copy: number): Promise<void> {
  const { address } = fleet.replicas[copy % fleet.replicas.length]!;
  const message = { _id_: id.padEnd(20, 'X'), date: new Date().toISOString(), from: 'user', fromCustomer: true, message: 'hola' };
  const body = { v: '1.1', type: 'message', chatPlatform: 'whatsapp', chatChannelId: twin.channelId, contactId: '5491150009999', customerId: chat, messages: [message] };
  const response = await fetch(`${address}/botmaker/webhook`, { method: 'POST', body: JSON.stringify(body), headers: { 'auth-bm-token': twin.webhookToken, 'content-type': 'application/json' } });
  if (response.status !== 200) throw new Error(`the webhook answered ${response.status}`);
}

const read = ({ database }: Rig): Promise<unknown> =>
  until(async () => (await database.query('SELECT FROM envelope WHERE read_at IS NULL LIMIT 1')).length === 0, 'the bodies to be read', patienceMs);

/** Killed in the moment in which Botmaker hears that its message was taken; it does not tell it again. */
async function killedAtTheAcknowledgement(rig: Rig): Promise<number> {
  const customers = new Customers(rig.twin, rig.history);
  const [replica] = rig.fleet.replicas;
  for (let number = 0; number < 3; number++) {
    const acknowledged = new Promise<void>((done) => {
      const end = rig.history.listen((entry) => {
        if (entry.what !== 'told') return;
        end();
        replica!.signal('SIGKILL');
        done();
      });
    });
    void customers.ask(`acknowledged-${number}`, patienceMs);
    await acknowledged;
    await until(() => replica!.state !== 'ready', 'the process to be gone');
    await rig.fleet.whole();
  }
  const { facts } = await drained(rig, patienceMs);
  return judge(rig.history.entries, facts).lost.length;
}

/** A stranger who has the token says in each way he can think of that he calls from an address that is allowed. */
async function spoofedAddresses({ fleet, twin }: Rig): Promise<number> {
  const claims = ['10.1.2.3', '10.1.2.3, 127.0.0.1', '::ffff:10.1.2.3', '10.1.2.3, 203.0.113.9', ' 10.1.2.3', '10.1.2.3,', '"10.1.2.3"', '10.1.2.3:4711'];
  const headers = ['x-forwarded-for', 'forwarded', 'x-real-ip', 'x-client-ip', 'cf-connecting-ip'];
  let letIn = 0;
  for (const claim of claims) {
    for (const header of headers) {
      const value = header === 'forwarded' ? `for=${claim.trim()}` : claim;
      const response = await fetch(`${fleet.replicas[0]!.address}/botmaker/webhook`, { method: 'POST', body: '{}', headers: { 'auth-bm-token': twin.webhookToken, [header]: value } });
      if (response.status !== 403) letIn++;
    }
  }
  return letIn;
}
