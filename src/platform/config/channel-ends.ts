import { z } from 'zod';
import type { OwnWords } from './own-words.js';

const text = z.string('must be a text').trim();
const words = text.min(1, 'must not be empty').nullable();
/** A day later the 24-hour window has closed, and Botmaker's mute has ended long before. */
const silence = z.int('must be a whole number of milliseconds').min(0, 'must not be negative').max(86_400_000, 'must be at most 86400000').nullable();
const group = 'must be a group of fields';

/** How conversations end (conversation/ends), as the file says it. */
export const endsLayer = z
  .strictObject(
    {
      /** Empty: nothing is said, the chat goes back to the flow. */
      closingText: text.nullable(),
      optOutText: words,
      replyCap: z.int('must be a whole number').min(0, 'must not be negative').max(10_000, 'must be at most 10000'),
      replyCapText: words,
      inactivity: z.strictObject({ warnAfterMs: silence, warnText: words, returnAfterMs: silence }, group).partial(),
    },
    group,
  )
  .partial();
export type EndsLayer = z.input<typeof endsLayer>;

export interface Ends {
  closingText: string;
  optOutText: string;
  /** 0: as often as the customer asks. */
  replyCap: number;
  replyCapText: string;
  /** Since the customer last wrote and we last answered; null: never. */
  inactivity: { warnAfterMs: number | null; warnText: string; returnAfterMs: number | null };
}

const usualCap = 20;
/** As long as the shorter one of Botmaker's mutes lasts [O]: after it the flow answers the customer, too. */
const usualReturnMs = 30 * 60_000;

/** What several layers say together, field by field. */
export function mergedEnds(layers: readonly (EndsLayer | undefined)[]): EndsLayer {
  return { ...Object.assign({}, ...layers), inactivity: Object.assign({}, ...layers.map((each) => each?.inactivity)) };
}

/** The rules of a line, complete. */
export function endsOf(said: EndsLayer, own: OwnWords): Ends {
  const { warnAfterMs, warnText, returnAfterMs } = said.inactivity ?? {};
  return {
    closingText: said.closingText ?? own.closing,
    optOutText: said.optOutText ?? own.optOut,
    replyCap: said.replyCap ?? usualCap,
    replyCapText: said.replyCapText ?? own.replyCap,
    inactivity: { warnAfterMs: warnAfterMs || null, warnText: warnText ?? own.inactivity, returnAfterMs: orUsual(returnAfterMs) || null },
  };
}

/** Why these rules can't be meant so; null: they can. A warning that comes when the chat is given back already warns of nothing. */
export function lateWarning({ inactivity = {} }: EndsLayer): string | null {
  const [warnAfterMs, returnAfterMs] = [inactivity.warnAfterMs || null, orUsual(inactivity.returnAfterMs) || null];
  const isLate = warnAfterMs !== null && returnAfterMs !== null && warnAfterMs >= returnAfterMs;
  return isLate ? `its warnAfterMs, ${warnAfterMs}, must be shorter than its returnAfterMs, ${returnAfterMs}` : null;
}

const orUsual = (ms: number | null | undefined): number | null => (ms === undefined ? usualReturnMs : ms);
