/** What the documentation says of one environment variable; `.env.example` and `docs/env.md` are made from it. */
export interface SettingNote {
  group: string;
  text: string;
  /** Shown as the value in `.env.example`; the default of the variable when it has one. For a secret only its form, never one that works. */
  example?: string;
  secret?: true;
  /** Must be set when NODE_ENV is `production`. */
  inProduction?: true;
}

const notes = new Map<string, SettingNote>();

/** Documents an environment variable; the validation decorators beside it say what is accepted. */
export function Setting(note: SettingNote): PropertyDecorator {
  return (_target, name) => {
    notes.set(String(name), note);
  };
}

/** Every documented variable, in the order of declaration. */
export function settingNotes(): ReadonlyMap<string, SettingNote> {
  return notes;
}
