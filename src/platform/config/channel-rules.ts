import { z } from 'zod';
import { endsLayer, endsOf, mergedEnds, type Ends } from './channel-ends.js';
import { languages, ownWords } from './own-words.js';

const text = z.string('must be a text').trim().min(1, 'must not be empty');
const milliseconds = z.int('must be a whole number of milliseconds').min(0, 'must not be negative').max(120_000, 'must be at most 120000');
const clock = z.string('must be a time in quotes, such as "09:00"').regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'must be a time from "00:00" to "24:00"');
const group = 'must be a group of fields';

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const opening = z
  .strictObject({ days: z.array(z.enum(weekdays, `must be one of ${weekdays.join(', ')}`), 'must be a list of days').min(1, 'must name a day'), from: clock, to: clock }, group)
  .refine(({ from, to }) => from < to, 'must end after it begins; what goes on after midnight is the next day’s');

/** Every field that a channel may have. A new one is one line here; without a default it must come from the environment (channels.service.ts). */
const fields = {
  /** What people call the line. */
  name: text.nullable().default(null),
  /** Of the texts that we say ourselves, and of the agent until the customer writes in another one. */
  language: z.enum(languages, `must be one of ${languages.join(', ')}`).default('es'),
  timeZone: z.string('must be a text').refine(isTimeZone, 'must be a time zone by its IANA name, such as America/Bogota').default('UTC'),
  /** When people attend. Null: not known. */
  hours: z.array(opening, 'must be a list of days with from and to').nullable().default(null),
  /** When nothing is sent that the customer does not wait for. May begin before midnight and end after it. */
  quietHours: z.strictObject({ from: clock, to: clock }, group).nullable().default(null),
  returnIntent: text.nullable(),
  muteIntent: text.nullable(),
  humanIntent: text.nullable(),
  /** Names of templates that may be sent outside the 24-hour window, the preferred one first. */
  templates: z.array(text, 'must be a list of names'),
  fallbackText: text.nullable(),
  /** How long the customer's silence must be before a turn begins: after a question, a fragment, anything else; `capMs` from the first message on. */
  debounce: z.strictObject({ ms: milliseconds, questionMs: milliseconds, fragmentMs: milliseconds, capMs: milliseconds }, group).partial(),
  /** What a message does that comes while a turn is under way (conversation/double-texting.ts). */
  doubleTexting: z.enum(['merge', 'enqueue', 'interrupt', 'reject'], 'must be merge, enqueue, interrupt or reject').default('merge'),
  /** What the customer reads when such a message is rejected. */
  busyText: text.nullable().default(null),
  /** How conversations end. */
  ends: endsLayer,
};

const complete = z.strictObject(fields, group);
type Complete = z.output<typeof complete>;

/** What the file says of every channel, or of one: each field may be left out. */
export const layer = z.strictObject(fields, group).partial();
export type ChannelLayer = Partial<z.input<typeof complete>>;

export interface Debounce {
  ms: number;
  questionMs: number;
  fragmentMs: number;
  capMs: number;
}

/** The rules of one line, complete. */
export type ChannelRules = Readonly<Omit<Complete, 'debounce' | 'fallbackText' | 'busyText' | 'ends'> & { debounce: Debounce; fallbackText: string; busyText: string; ends: Ends }>;

/** A question needs no more words; somebody who says hello, or stops in the middle, is about to go on. */
const questionPart = 0.4;
const fragmentPart = 2;

/** The rules that several layers make together: what a later one says counts. They were checked before. */
export function rulesOf(...layers: readonly ChannelLayer[]): ChannelRules {
  const debounce: Partial<Debounce> = Object.assign({}, ...layers.map((each) => each.debounce));
  const { ms = 0, capMs = ms } = debounce;
  const rules = complete.parse({ ...Object.assign({}, ...layers), debounce, ends: mergedEnds(layers.map(({ ends }) => ends)) });
  const words = ownWords[rules.language];
  return {
    ...rules,
    fallbackText: rules.fallbackText ?? words.fallback,
    busyText: rules.busyText ?? words.busy,
    ends: endsOf(rules.ends, words),
    debounce: { ms, capMs, questionMs: debounce.questionMs ?? Math.round(ms * questionPart), fragmentMs: debounce.fragmentMs ?? ms * fragmentPart },
  };
}

function isTimeZone(name: string): boolean {
  try {
    return /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
