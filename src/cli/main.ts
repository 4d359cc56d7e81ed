import 'reflect-metadata';
import { existsSync } from 'node:fs';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ConfigError, keptSecrets, loadConfig, openDatabase } from '../platform/index.js';
import { CliModule } from './cli.module.js';
import { apiKeyCommand } from './commands/api-key.js';
import { knowledgeCommand } from './commands/knowledge.js';
import { UsageError, type Command } from './command.js';

/*
 * node dist/cli/main.js <command> …   (npm run cli -- <command> …)
 *
 * For people at a terminal. Works on the configured database, or on the embedded one of DATA_DIR.
 */
const commands: Record<string, Command> = { 'api-key': apiKeyCommand, knowledge: knowledgeCommand };

async function main([name = '', ...args]: string[]): Promise<void> {
  const command = commands[name];
  if (!command) throw new UsageError(`commands:\n${Object.values(commands).map(({ usage }) => `  ${usage}`).join('\n')}`);
  if (existsSync('.env')) process.loadEnvFile('.env');
  const given = loadConfig({ ...process.env, LOG_LEVEL: 'warn' }, keptSecrets);
  const { config, embedded } = await openDatabase(given);
  let app: INestApplicationContext | null = null;
  try {
    app = await NestFactory.createApplicationContext(CliModule.for(config), { logger: ['warn', 'error', 'fatal'] });
    await command.run(app, args);
  } finally {
    await app?.close();
    if (embedded && !embedded.isReused) await embedded.stop();
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const isExpected = error instanceof UsageError || error instanceof ConfigError;
  console.error(isExpected ? error.message : error);
  process.exit(isExpected ? 2 : 1);
});
