// npm start: installs, generates and builds what is missing or old, then becomes the program.
import { spawn } from 'node:child_process';
import { build, generate, install, root } from './prepare.mjs';

install();
generate();
build();
const child = spawn(process.execPath, ['--disable-proto=delete', 'dist/main.js', ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 0)));
