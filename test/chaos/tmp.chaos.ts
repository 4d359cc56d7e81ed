import { it } from '@jest/globals';
import { randomChaos } from './scenarios/random.js';
it('x', async () => {
  process.stderr.write(JSON.stringify(await randomChaos({ seed: 5, messages: 30, replicas: 2, customers: 10, rhythms: {} }), null, 1));
}, 600_000);
