-- Two roles instead of one: the owner migrates, the app only reads and writes. Optional; run it as the owner after the first
-- migration and after each update of the product (it may be run any number of times), with the app's role in `app`:
--   psql "<address of the owner>" --set app=agent_app --file deploy/database-roles.sql
-- Then the Secret botmaker-agent-secrets holds the app's DATABASE_URL, botmaker-agent-migrator the owner's.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
BEGIN;

GRANT USAGE ON SCHEMA public, analytics, graphile_worker, langgraph TO :"app";
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public, graphile_worker, langgraph TO :"app";
GRANT SELECT ON ALL TABLES IN SCHEMA analytics TO :"app";
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public, graphile_worker TO :"app";
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public, graphile_worker TO :"app";

-- The history of migrations is the owner's, and the correlation log only grows: its trigger says so, and so does this.
REVOKE INSERT, UPDATE, DELETE ON _prisma_migrations FROM :"app";
REVOKE UPDATE, DELETE ON entry FROM :"app";

-- The queue's tables are under row security, whose only exempt role is their owner.
SELECT format('DROP POLICY IF EXISTS app ON %1$I.%2$I; CREATE POLICY app ON %1$I.%2$I TO %3$I USING (true) WITH CHECK (true)', schemaname, tablename, :'app')
FROM pg_tables
WHERE schemaname = 'graphile_worker' AND rowsecurity
\gexec

COMMIT;
