// npm test: installs and generates what is missing or old, then runs every test. Needs nothing from outside.
import { generate, install, run } from './prepare.mjs';

install();
generate();
run(process.execPath, ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js', ...process.argv.slice(2)], { NODE_ENV: 'test' });
