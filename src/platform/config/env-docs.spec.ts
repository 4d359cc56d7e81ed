import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { renderEnvExample, renderEnvPage } from './env-docs.js';
import { loadConfig } from './load-config.js';
import { settingNotes } from './setting.js';
import { Settings } from './settings.js';

const file = (path: string): string => readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), 'utf8');

describe('what the repository says of the environment', () => {
  it('.env.example is what the schema makes of it (if not: npm run docs:env)', () => {
    expect(file('.env.example')).toBe(renderEnvExample());
  });

  it('docs/env.md is what the schema makes of it (if not: npm run docs:env)', () => {
    expect(file('docs/env.md')).toBe(renderEnvPage());
  });

  it('names every variable that is read, and no other', () => {
    const named = [...renderEnvExample().matchAll(/^# ([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name);
    expect(named).toEqual([...settingNotes().keys()]);
    expect(new Set(named)).toEqual(new Set([...named, ...Object.keys(new Settings())]));
  });
});

describe('.env.example', () => {
  const text = file('.env.example');
  const made = (name: string): string => `made-${name}`;

  it('works as it is: copied to .env it changes nothing', () => {
    expect(parseEnv(text)).toEqual({});
  });

  it('is a valid configuration with every line switched on', () => {
    const env = parseEnv(text.replaceAll(/^# ([A-Z][A-Z0-9_]*=)/gm, '$1')) as Record<string, string>;
    expect(Object.keys(env)).toHaveLength(settingNotes().size);
    // The example names a model, so it needs the one secret that no example can hold.
    const config = loadConfig({ ...env, OPENAI_API_KEY: 'k' }, made);
    expect(config.conversation.fallbackText).toMatch(/^Disculpá/);
  });

  it('shows each default as it is', () => {
    const defaults = Object.entries(new Settings()).filter(([, value]) => value !== undefined);
    expect(defaults.length).toBeGreaterThan(15);
    for (const [name, value] of defaults) expect([name, settingNotes().get(name)?.example]).toEqual([name, String(value)]);
  });
});
