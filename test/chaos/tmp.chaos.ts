import { it } from '@jest/globals';
import { strikeAll, strikeMigration } from './scenarios/failpoints.js';
const mode = process.env['MODE'];
it('x', async () => {
  if (mode === 'mig') process.stderr.write(JSON.stringify(await strikeMigration(5, 'SIGKILL'), null, 1));
  else process.stderr.write(JSON.stringify(await strikeAll({ seed: 5, workers: Number(process.env['W'] ?? 1), points: (process.env['P'] ?? 'K1').split(','), blows: (process.env['B'] ?? 'SIGKILL').split(',') as never }), null, 1));
}, 600_000);
