import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { apiOperations } from '../api/operations.js';

const folder = 'src/botmaker/contract';

interface OpenapiDocument {
  paths: Record<string, Record<string, { operationId?: string; description?: string; responses?: Record<string, { description?: string }> }>>;
}

describe('the official contract', () => {
  it('is what the types were generated from (else: npm run contract:types)', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'contract-types-'));
    try {
      const generated = join(dir, 'api.types.ts');
      await promisify(execFile)(process.execPath, ['node_modules/openapi-typescript/bin/cli.js', `${folder}/openapi.json`, '-o', generated]);
      expect(await readFile(generated, 'utf8')).toBe(await readFile(`${folder}/api.types.ts`, 'utf8'));
    } finally {
      await rm(dir, { recursive: true });
    }
  });

  it('agrees with our table of operations: where each is and how often it may be called', async () => {
    const { paths } = JSON.parse(await readFile(`${folder}/openapi.json`, 'utf8')) as OpenapiDocument;
    for (const [name, { method, path, limit }] of Object.entries(apiOperations)) {
      const operation = paths[path]?.[method.toLowerCase()];
      expect(operation?.operationId).toBe(name);
      const stated = /Only (one|\d+) requests? per (second|minute)/i.exec(JSON.stringify(operation));
      const documented = stated && { calls: stated[1] === 'one' ? 1 : Number(stated[1]), perMs: stated[2] === 'minute' ? 60_000 : 1000 };
      if (documented) expect({ name, ...limit }).toEqual({ name, ...documented });
      else expect(name).toBe('trigger-intent');
    }
  });
});
