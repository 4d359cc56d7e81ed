// npm test: installs, generates and builds what is missing or old, then runs every test (some of them run the built program).
// Needs nothing from outside.
import { build, generate, install, run } from './prepare.mjs';

install();
generate();
build();
run(process.execPath, ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js', ...process.argv.slice(2)], { NODE_ENV: 'test' });
