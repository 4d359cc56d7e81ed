import { spawn } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { root } from './rig/replica.js';
import { Rig } from './rig/rig.js';
import { controls } from './scenarios/controls.js';
import { strikeAll } from './scenarios/failpoints.js';

describe('a worker that is killed', () => {
  it('after the commit, after the decision, after the claim or after the 202, leaves a message that is answered once', async () => {
    const { cells, verdict, unreached } = await strikeAll({ seed: 24, workers: 2, points: ['K1', 'K5', 'K7', 'K9'], blows: ['SIGKILL'] });
    expect(unreached).toEqual([]);
    expect(cells.map(({ point, seen }) => `${point} ${seen}`)).toEqual(['K1 1', 'K5 1', 'K7 1', 'K9 1']);
    expect(verdict).toMatchObject({ lost: [], duplicated: [], disordered: [], unexpected: [], askedAgain: [] });
  }, 900_000);
});

describe('the rig', () => {
  it('sees duplicates in a program that simply sends again what got no answer', async () => {
    const { options, without, play } = controls.find(({ name }) => name === 'naive retry')!;
    const duplicated = await Rig.use({ ...options, name: 'naive-retry', seed: 24, env: { ...options.env, ...without.env } }, play);
    expect(duplicated).toBeGreaterThan(0);
  }, 900_000);

  it('breaks off when a failpoint is not where its table says, instead of proving nothing', async () => {
    const script = "import { wrap } from './test/chaos/preload/wrap.mjs'; await wrap('K0', [['build/inbox/envelope.store.js', 'EnvelopeStore', 'gone']], () => undefined); console.log('went on');";
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { cwd: root, stdio: ['ignore', 'pipe', 'inherit', 'pipe'] });
    let [said, told] = ['', ''];
    child.stdout?.on('data', (chunk) => (said += String(chunk)));
    child.stdio[3]?.on('data', (chunk) => (told += String(chunk)));
    const exitCode = await new Promise((done) => child.once('close', done));
    expect({ said, exitCode }).toEqual({ said: '', exitCode: 1 });
    expect(told).toMatch(/^broken K0: there is no EnvelopeStore\.gone/);
  });
});
