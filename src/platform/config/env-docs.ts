import { Settings } from './settings.js';
import { settingNotes, type SettingNote } from './setting.js';

/** The text of `.env.example`: every variable, commented, with its default or an example. */
export function renderEnvExample(): string {
  const lines = ['# Every variable the program reads. Made from the configuration schema: npm run docs:env'];
  for (const [group, notes] of groups()) {
    lines.push('', `# ── ${group}`);
    for (const [name, note] of notes) {
      lines.push(`# ${note.text}${note.inProduction ? ' Required in production.' : ''}`, `# ${name}=${note.example ?? ''}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** The text of `docs/env.md`. */
export function renderEnvPage(): string {
  const defaults = new Settings() as unknown as Record<string, unknown>;
  const lines = [
    '# Environment variables',
    '',
    'Made from the configuration schema (`npm run docs:env`); do not edit. Something wrong here stops the program at boot, with every problem named at once.',
  ];
  for (const [group, notes] of groups()) {
    lines.push('', `## ${group}`, '', '| variable | default | production | meaning |', '|---|---|---|---|');
    for (const [name, note] of notes) {
      const value = defaults[name];
      const shown = value === undefined || (Array.isArray(value) && value.length === 0) ? '—' : `\`${String(value)}\``;
      lines.push(`| \`${name}\` | ${shown} | ${note.inProduction ? 'required' : ''} | ${note.text}${note.secret ? ' (secret)' : ''} |`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function groups(): Map<string, [string, SettingNote][]> {
  const byGroup = new Map<string, [string, SettingNote][]>();
  for (const [name, note] of settingNotes()) byGroup.set(note.group, [...(byGroup.get(note.group) ?? []), [name, note]]);
  return byGroup;
}
