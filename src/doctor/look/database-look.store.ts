import { Injectable } from '@nestjs/common';
import { Database, pendingMigrations } from '../../platform/index.js';
import type { DatabaseFacts, Seen } from '../facts.js';

/** What `deploy/database-roles.sql` grants: per schema what our role must be able to do with each table in it. */
const needed: Record<string, readonly string[]> = {
  public: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
  graphile_worker: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
  langgraph: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
  analytics: ['SELECT'],
};

const insufficientPrivilege = '42501';

/** Reads the database's own state, over the pool of the reports: read-only, and it gives up early. */
@Injectable()
export class DatabaseLook {
  constructor(private readonly database: Database) {}

  async look(): Promise<Seen<DatabaseFacts>> {
    try {
      return { value: await this.read() };
    } catch (error) {
      // An address or a server's text may hold the password: the code alone is told.
      const { code } = error as { code?: unknown };
      return { unseen: typeof code === 'string' && /^[A-Z0-9_]{3,30}$/.test(code) ? code : 'no answer' };
    }
  }

  /** The lines of all chats that we know, found by leaps through the index: a million chats have a handful of lines. */
  async knownLineIds(): Promise<string[]> {
    const { rows } = await this.database.reports.query<{ id: string }>(`
      WITH RECURSIVE line AS (
        (SELECT channel_id AS id FROM chat WHERE channel_id IS NOT NULL ORDER BY channel_id LIMIT 1)
        UNION ALL
        SELECT (SELECT channel_id FROM chat WHERE channel_id > line.id ORDER BY channel_id LIMIT 1) FROM line WHERE line.id IS NOT NULL
      ) SELECT id FROM line WHERE id IS NOT NULL`);
    return rows.map(({ id }) => id);
  }

  private async read(): Promise<DatabaseFacts> {
    const askedAt = Date.now();
    const { rows } = await this.database.reports.query<{ now: Date; version: number }>(`SELECT clock_timestamp() AS now, current_setting('server_version_num')::int AS version`);
    const answeredAt = Date.now();
    const [{ now, version } = { now: new Date(), version: 0 }] = rows;
    const isMigrated = await this.hasSchema();
    return {
      version,
      pendingMigrations: await this.pending(),
      aheadMs: now.getTime() - (askedAt + answeredAt) / 2,
      ...(isMigrated ? await this.rights() : { isOwner: true, missingGrants: [], canChangeLog: false }),
    };
  }

  /** A role that may not read their history lacks a grant, and that is said anyway. */
  private async pending(): Promise<number> {
    try {
      return (await pendingMigrations((sql) => this.database.reports.query(sql))).length;
    } catch (error) {
      if ((error as { code?: unknown }).code === insufficientPrivilege) return 0;
      throw error;
    }
  }

  private async hasSchema(): Promise<boolean> {
    const { rows } = await this.database.reports.query<{ exists: boolean }>(`SELECT to_regclass('public.entry') IS NOT NULL AS exists`);
    return rows[0]?.exists ?? false;
  }

  private async rights(): Promise<Pick<DatabaseFacts, 'isOwner' | 'missingGrants' | 'canChangeLog'>> {
    const { rows } = await this.database.reports.query<{ missing: string }>(missingRights, [JSON.stringify(needed)]);
    const { rows: [log] } = await this.database.reports.query<{ isOwner: boolean; canChangeLog: boolean }>(`
      SELECT pg_has_role(current_user, relowner, 'USAGE') AS "isOwner", has_table_privilege(oid, 'UPDATE') OR has_table_privilege(oid, 'DELETE') AS "canChangeLog"
      FROM pg_class WHERE oid = 'public.entry'::regclass`);
    return { isOwner: log?.isOwner ?? false, canChangeLog: log?.canChangeLog ?? false, missingGrants: rows.map(({ missing }) => missing) };
  }
}

/**
 * The history of migrations and the log are exceptions: the one is only read, the other only grows. The CASE keeps the server
 * from asking for a sequence's rights of what is none, which is an error.
 */
const missingRights = `
  WITH wanted AS (
    SELECT n.oid AS schema_oid, n.nspname AS schema, array(SELECT jsonb_array_elements_text(rights.value)) AS rights
    FROM jsonb_each($1::jsonb) AS rights JOIN pg_namespace n ON n.nspname = rights.key
  ), things AS (
    SELECT c.oid, c.relname, c.relkind, c.relrowsecurity, c.relowner, wanted.* FROM wanted JOIN pg_class c ON c.relnamespace = wanted.schema_oid
  )
  SELECT 'USAGE on ' || schema AS missing FROM wanted WHERE NOT has_schema_privilege(schema_oid, 'USAGE')
  UNION ALL
  SELECT format('%s on %s.%s', privilege, schema, relname) FROM things CROSS JOIN LATERAL unnest(rights) AS privilege
  WHERE relkind IN ('r', 'p', 'v', 'm') AND has_schema_privilege(schema_oid, 'USAGE') AND NOT has_table_privilege(oid, privilege)
    AND NOT (relname = '_prisma_migrations' AND privilege <> 'SELECT') AND NOT (relname = 'entry' AND privilege IN ('UPDATE', 'DELETE'))
  UNION ALL
  SELECT format('USAGE on %s.%s', schema, relname) FROM things
  WHERE schema IN ('public', 'graphile_worker') AND CASE WHEN relkind = 'S' THEN NOT has_sequence_privilege(oid, 'USAGE') ELSE false END
  UNION ALL
  SELECT format('POLICY on %s.%s', schema, relname) FROM things
  WHERE relkind = 'r' AND relrowsecurity AND schema = 'graphile_worker' AND NOT pg_has_role(current_user, relowner, 'USAGE')
    AND NOT (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user)
    AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = things.oid AND (0 = ANY (p.polroles) OR EXISTS (SELECT FROM unnest(p.polroles) r WHERE r <> 0 AND pg_has_role(current_user, r, 'USAGE'))))
  ORDER BY 1`;
