import 'reflect-metadata';
import { existsSync } from 'node:fs';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppError, ConfigError, keptSecrets, loadConfig, openDatabase, type AppConfig } from '../platform/index.js';
import { CliModule } from './cli.module.js';
import { apiKeyCommand } from './commands/api-key.js';
import { connectCommand } from './commands/connect.js';
import { disconnectCommand } from './commands/disconnect.js';
import { doctorCommand } from './commands/doctor.js';
import { knowledgeCommand } from './commands/knowledge.js';
import { UsageError, type Command } from './command.js';

/*
 * node dist/cli.js <command> …   (npm run cli -- <command> …)
 *
 * For people at a terminal. Works on the configured database, or on the embedded one of DATA_DIR; and on the configured
 * account, or on the one that a program with the same DATA_DIR runs.
 */
const commands: Record<string, Command> = {
  'api-key': apiKeyCommand, knowledge: knowledgeCommand, doctor: doctorCommand, connect: connectCommand, disconnect: disconnectCommand,
};

async function main([name = '', ...args]: string[]): Promise<void> {
  const command = commands[name];
  if (!command) throw new UsageError(`commands:\n${Object.values(commands).map(({ usage }) => `  ${usage}`).join('\n')}`);
  if (existsSync('.env')) process.loadEnvFile('.env');
  const given = configFor(command, args);
  if (given === null) return;
  const sandboxed = given.sandbox ? await (await import('../sandbox/index.js')).configOfRunningSandbox(given) : null;
  const { config, embedded } = await openDatabase(sandboxed ?? given);
  let app: INestApplicationContext | null = null;
  try {
    app = await NestFactory.createApplicationContext(CliModule.for(config, command.rooms), { logger: ['warn', 'error', 'fatal'] });
    process.exitCode = (await command.run(app, args, { isAccountThere: !given.sandbox || sandboxed !== null })) ?? 0;
  } finally {
    await app?.close();
    if (embedded && !embedded.isReused) await embedded.stop();
  }
}

/** Null: it can't be used, and the command has said what it had to say. */
function configFor(command: Command, args: string[]): AppConfig | null {
  try {
    return loadConfig({ ...process.env, LOG_LEVEL: 'warn' }, keptSecrets);
  } catch (error) {
    if (!(error instanceof ConfigError) || !command.withoutConfig) throw error;
    process.exitCode = command.withoutConfig(error, args);
    return null;
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const isExpected = error instanceof UsageError || error instanceof ConfigError;
  console.error(isExpected || error instanceof AppError ? error.message : error);
  process.exit(isExpected ? 2 : 1);
});
