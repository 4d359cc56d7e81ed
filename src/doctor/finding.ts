import type { FindingEntry, Language, Severity, Team, Topic } from './words/entry.js';
import { flowWords } from './words/flow-words.js';
import { hostWords } from './words/host-words.js';
import { ownWords } from './words/own-words.js';
import { webhookWords } from './words/webhook-words.js';

/** Everything that can be found, with its words. */
export const findingWords = { ...ownWords, ...webhookWords, ...flowWords, ...hostWords } as const satisfies Record<string, FindingEntry>;

export type FindingCode = keyof typeof findingWords;

/** Something that a person should know. The values go into its words: no token, no customer’s number, no text. */
export interface Finding {
  code: FindingCode;
  values: Readonly<Record<string, string | number>>;
}

export const found = (code: FindingCode, values: Finding['values'] = {}): Finding => ({ code, values });

export const severityOf = ({ code }: Finding): Severity => findingWords[code].severity;

/** A finding in one language, for a person. */
export interface SpokenFinding {
  code: FindingCode;
  topic: Topic;
  severity: Severity;
  team: Team;
  what: string;
  fix: string;
  values: Finding['values'];
}

export function spoken({ code, values }: Finding, language: Language): SpokenFinding {
  const { topic, severity, team, ...words } = findingWords[code];
  const [what, fix] = words[language];
  return { code, topic, severity, team, what: filled(what, values), fix: filled(fix, values), values };
}

const filled = (text: string, values: Finding['values']): string => text.replace(/\{(\w+)\}/g, (_whole, name: string) => String(values[name] ?? '?'));
