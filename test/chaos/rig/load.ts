import { fork } from 'node:child_process';
import { join } from 'node:path';
import { latencyOf, worstTenMinutes, type Latency } from './door-figures.js';
import type { Facts } from './facts.js';
import { root } from './replica.js';
import type { Rig } from './rig.js';

export interface Load {
  rate: number;
  seconds: number;
  /** The number of its first call; 0 when it is absent. */
  first?: number;
}

export interface LoadFigures extends Omit<Load, 'first'> {
  called: number;
  acknowledged: number;
  latency: Latency;
  /** Answers that were not 2xx, and calls that got none within 30 s, by status. */
  not2xx: Record<string, number>;
  worstTenMinutes: number;
}

interface Answer {
  number: number;
  status: number | null;
  ms: number;
  at: number;
}

/** In chats that the flow still has, so that the door is measured and not the agent. */
const chats = 200;
const mark = 'LOAD';

/** Customers of other chats write at a constant rate. Resolves with the figures, and with Botmaker's ids of what was acknowledged. */
export async function load(rig: Rig, { rate, seconds, first = 0 }: Load): Promise<{ figures: LoadFigures; acknowledged: string[] }> {
  const { balancer, twin } = rig;
  const options = { url: `${balancer.address}/botmaker/webhook`, token: twin.webhookToken, channelId: twin.channelId, rate, seconds, first, chats };
  const child = fork(join(root, 'test/chaos/load/open-loop.mjs'), [JSON.stringify(options)], { serialization: 'advanced', execArgv: [] });
  rig.atEnd(async () => void child.kill('SIGKILL'));
  const answers = await new Promise<Answer[]>((done, failed) => {
    child.once('message', (message) => done(message as Answer[]));
    child.once('exit', (code) => failed(new Error(`the load ended with ${code} before it was done`)));
  });
  const isGood = ({ status }: Answer): boolean => status !== null && status >= 200 && status < 300;
  const good = answers.filter(isGood);
  const bad = answers.filter((answer) => !isGood(answer));
  const not2xx: Record<string, number> = {};
  for (const { status } of bad) not2xx[status ?? 'none'] = (not2xx[status ?? 'none'] ?? 0) + 1;
  return {
    figures: { rate, seconds, called: answers.length, acknowledged: good.length, latency: latencyOf(answers.map(({ ms }) => ms)), not2xx, worstTenMinutes: worstTenMinutes(bad.map(({ at }) => at)) },
    acknowledged: good.map(({ number }) => `${mark}${String(number).padStart(16, '0')}`),
  };
}

/** Splits what the tables hold into what customers of the twin wrote, and how many of the load's messages are missing or doubled. */
export function withoutLoad(facts: Facts, acknowledged: readonly string[]): { facts: Facts; missing: string[]; doubled: string[] } {
  const times = new Map<string, number>();
  for (const { remoteId } of facts.mail) if (remoteId.startsWith(mark)) times.set(remoteId, (times.get(remoteId) ?? 0) + 1);
  return {
    facts: { ...facts, mail: facts.mail.filter(({ remoteId }) => !remoteId.startsWith(mark)) },
    missing: acknowledged.filter((id) => !times.has(id)),
    doubled: [...times].filter(([, count]) => count > 1).map(([id]) => id),
  };
}
