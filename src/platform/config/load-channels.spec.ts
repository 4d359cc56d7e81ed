import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ConfigError } from './config-error.js';
import { loadConfig, type SecretMaker } from './load-config.js';

const made: SecretMaker = (name) => `made ${name}`;

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    loadConfig(env, made);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('loadConfig: the file of the channels', () => {
  const written = (yaml: string): string => {
    const path = join(mkdtempSync(join(tmpdir(), 'channels-')), 'channels.yaml');
    writeFileSync(path, yaml);
    return path;
  };

  it('is read at boot', () => {
    const { channels } = loadConfig({ CHANNELS_FILE: written('defaults: { language: pt }\nchannels:\n  - { id: "549", name: Ventas }') }, made);
    expect(channels).toMatchObject({ defaults: { language: 'pt' }, channels: [{ id: '549', name: 'Ventas' }] });
  });

  it('stops the boot with all its problems, beside those of the environment', () => {
    const path = written('channels:\n  - { id: a, timeZone: Mars/Base }\n  - { id: b, langauge: es }');
    expect(problemsOf({ PORT: 'x', CHANNELS_FILE: path })).toEqual([
      'PORT must be an integer number',
      `${path}: channels[0].timeZone: "Mars/Base" must be a time zone by its IANA name, such as America/Bogota`,
      `${path}: channels[1].langauge: is no field that we know`,
    ]);
  });

  it('must be there when it is named', () => {
    expect(problemsOf({ CHANNELS_FILE: '/nowhere/channels.yaml' })).toEqual(['CHANNELS_FILE can not be read: /nowhere/channels.yaml']);
  });

  it('keeps to the cap of the environment', () => {
    const path = written('defaults: { debounce: { ms: 9000 } }');
    expect(problemsOf({ CHANNELS_FILE: path })).toEqual([`${path}: defaults.debounce: its capMs, 6000, must not be shorter than its ms, 9000`]);
  });
});
