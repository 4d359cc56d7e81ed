import type { BotmakerTwin, Fault, TwinOptions, WebhookRule } from '../../../src/sandbox/twin/index.js';
import type { History } from './history.js';
import { drawFor } from './prng.js';

/** How often, of one, the account misbehaves. */
export interface FaultMix {
  resetBefore: number;
  resetAfter: number;
  errorBefore: number;
  errorAfter: number;
  tooMany: number;
  stall: number;
  echoLost: number;
  echoLate: number;
  echoTwice: number;
  toldTwice: number;
}

export const noFaults: FaultMix = { resetBefore: 0, resetAfter: 0, errorBefore: 0, errorAfter: 0, tooMany: 0, stall: 0, echoLost: 0, echoLate: 0, echoTwice: 0, toldTwice: 0 };
/** A bad day: one send in twelve is spoilt, two thirds of those so that nobody knows what became of it. */
export const badDay: FaultMix = { resetBefore: 0.02, resetAfter: 0.02, errorBefore: 0.01, errorAfter: 0.01, tooMany: 0.01, stall: 0.01, echoLost: 0.01, echoLate: 0.04, echoTwice: 0.05, toldTwice: 0.1 };

const lateEcho = { leastMs: 1000, mostMs: 3000 };
const mostLag = { echoMs: 250, listingMs: 1500 };

interface SentBody {
  messages?: { text?: string; webhookPayload?: string }[];
}

interface ToldBody {
  type?: string;
  messages?: { message?: string; from?: string; clientPayload?: string }[];
}

/** Lags of the account, drawn from the seed and the text of the message. */
export function lagsOf(seed: number, { echoLate }: FaultMix): TwinOptions {
  const draw = (concern: string, text: string): number => drawFor(seed, concern, text);
  return {
    echo: {
      delayMs: (text) => {
        if (draw('late echo', text) < echoLate) return lateEcho.leastMs + draw('how late', text) * (lateEcho.mostMs - lateEcho.leastMs);
        return draw('echo lag', text) * mostLag.echoMs;
      },
    },
    listingDelayMs: (text) => draw('listing lag', text) * mostLag.listingMs,
    statusDelays: { sentMs: (text) => 40 + draw('sent', text) * 200, deliveredMs: (text) => 100 + draw('delivered', text) * 400, readMs: null },
  };
}

/** From now on the twin misbehaves as the seed says: the same message meets the same faults in every run. */
export function misbehave(twin: BotmakerTwin, { seed, mix, history, stallMs }: { seed: number; mix: FaultMix; history: History; stallMs: number }): void {
  const tries = new Map<string, number>();
  twin.faults.decideBy((operation, body) => {
    if (operation !== 'send-messages') return undefined;
    const [first] = (body as SentBody).messages ?? [];
    const text = first?.text ?? '';
    const attempt = (tries.get(text) ?? 0) + 1;
    tries.set(text, attempt);
    const fault = faultOf(drawFor(seed, 'fault', `${text} ${attempt}`), mix, stallMs);
    if (fault) history.add({ what: 'fault', message: ourIdIn(first?.webhookPayload), kind: fault.kind, when: 'when' in fault ? (fault.when ?? '') : '' });
    return fault;
  });
  twin.dropWebhooks(about(seed, 'lost echo', { echo: mix.echoLost, told: 0 }));
  twin.duplicateWebhooks(about(seed, 'told twice', { echo: mix.echoTwice, told: mix.toldTwice }));
}

export function behave(twin: BotmakerTwin): void {
  twin.faults.clear();
  twin.dropWebhooks(false);
  twin.duplicateWebhooks(false);
}

/** Our message id out of the payload that we sent along; null when there is none. */
export function ourIdIn(payload: string | null | undefined): string | null {
  try {
    return (JSON.parse(payload ?? '') as { message?: string }).message ?? null;
  } catch {
    return null;
  }
}

function faultOf(draw: number, mix: FaultMix, stallMs: number): Fault | undefined {
  const faults: [number, Fault][] = [
    [mix.resetBefore, { kind: 'reset', when: 'before' }],
    [mix.resetAfter, { kind: 'reset', when: 'after' }],
    [mix.errorBefore, { kind: 'status', status: 500, when: 'before' }],
    [mix.errorAfter, { kind: 'status', status: 500, when: 'after' }],
    [mix.tooMany, { kind: 'status', status: 429, when: 'before' }],
    [mix.stall / 2, { kind: 'stall', ms: stallMs, when: 'before' }],
    [mix.stall / 2, { kind: 'stall', ms: stallMs, when: 'after' }],
  ];
  let edge = 0;
  return faults.find(([share]) => draw < (edge += share))?.[1];
}

/** A rule for notifications of messages: echoes of ours, and what customers wrote. */
function about(seed: number, concern: string, share: { echo: number; told: number }): WebhookRule {
  return (body) => {
    const [first] = (body as ToldBody).messages ?? [];
    if (!first?.message) return false;
    const part = first.from === 'user' ? share.told : first.clientPayload ? share.echo : 0;
    return drawFor(seed, concern, first.message) < part;
  };
}
