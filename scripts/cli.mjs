// npm run doctor, connect, disconnect: builds what is missing or old, then runs that command with the words that follow.
import { spawnSync } from 'node:child_process';
import { build, generate, install, root } from './prepare.mjs';

install();
generate();
build();
const { status } = spawnSync(process.execPath, ['--disable-proto=delete', 'dist/cli.js', ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
process.exit(status ?? 1);
