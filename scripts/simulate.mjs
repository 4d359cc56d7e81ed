// npm run simulate -- --schedules 1000000 --seed 7: explores the state machines for longer than npm test does, and keeps what it saw.
import { parseArgs } from 'node:util';
import { generate, install, run } from './prepare.mjs';

const { values } = parseArgs({ options: { schedules: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' } } });

install();
generate();
run(process.execPath, ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js', 'test/simulation/simulation.spec.ts'], {
  NODE_ENV: 'test',
  SIMULATION_SCHEDULES: values.schedules,
  SIMULATION_SEED: values.seed,
  SIMULATION_FIGURES: 'test/chaos/evidence/simulation.json',
  SIMULATION_COMMAND: `npm run simulate -- --schedules ${values.schedules} --seed ${values.seed}`,
});
