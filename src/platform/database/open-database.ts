import { DatabaseConfig, type AppConfig } from '../config/app-config.js';
import { Secret } from '../config/secret.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.js';

/** The configured database, or the embedded one, started or found running; `embedded` is null when one is configured. */
export async function openDatabase(config: AppConfig): Promise<{ config: AppConfig; embedded: EmbeddedPostgres | null }> {
  if (config.database.url) return { config, embedded: null };
  const embedded = await startEmbeddedPostgres(config.database.dataDir);
  return { config: { ...config, database: new DatabaseConfig(new Secret(embedded.url), config.database.dataDir) }, embedded };
}
