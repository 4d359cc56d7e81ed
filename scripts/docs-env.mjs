// npm run docs:env: writes .env.example and docs/env.md from the configuration schema.
import { writeFileSync } from 'node:fs';
import { renderEnvExample, renderEnvPage } from '../build/platform/index.js';

writeFileSync('.env.example', renderEnvExample());
writeFileSync('docs/env.md', renderEnvPage());
