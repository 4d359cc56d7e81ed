/** `problem`: it does not work, or will not. `warning`: it works, and somebody should know. `note`: on purpose, perhaps. `unseen`: nobody could look. */
export type Severity = 'problem' | 'unseen' | 'warning' | 'note';

/** Who can mend it. */
export type Team = 'botmaker' | 'flows' | 'infrastructure' | 'development';

/** What is looked at, in the order of the report. */
export const topics = ['configuration', 'api', 'token', 'webhook', 'rules', 'lines', 'intents', 'template', 'database', 'clock', 'model', 'host'] as const;
export type Topic = (typeof topics)[number];

export const languages = ['es', 'pt', 'en'] as const;
export type Language = (typeof languages)[number];

/** One finding in words: in each language what is wrong, and what to do. `{names}` are filled from the finding's values. */
export type FindingEntry = { topic: Topic; severity: Severity; team: Team } & Record<Language, readonly [what: string, fix: string]>;
