-- The contract with analysts, version 1: the views of the schema "analytics", documented in docs/analytics.md.
-- Within a version columns are only added, at the end. A change that breaks a query gets a schema of its own (analytics_v2).
-- Text, phone numbers and names stand in two views that "analytics_reader" may not read.

-- What the analyst API searches and pages by --------------------------------------------------------

CREATE INDEX "turn_created_at_run_id_idx" ON "turn" ("created_at", "run_id");
CREATE INDEX "chat_words" ON "chat" USING gin (to_tsvector('simple', "name")) WHERE "name" IS NOT NULL;

-- Views ----------------------------------------------------------------------------------------------
-- A message counts as sent while its state is accepted, sent, delivered or read: one that failed after it was accepted did not reach anybody.
-- Counts are scalar subqueries, not joins: Postgres leaves out those that a query does not ask for.

CREATE SCHEMA "analytics";
COMMENT ON SCHEMA "analytics" IS 'Contract with analysts, version 1: see docs/analytics.md';

CREATE VIEW "analytics"."conversations" AS
SELECT
  c."id" AS "chat_id",
  c."platform",
  c."channel_id",
  c."created_at" AS "first_seen_at",
  coalesce(v."owner", 'flow') AS "owner",
  v."owner_reason",
  v."owner_since",
  v."last_customer_at",
  v."last_operator_at",
  v."window_closes_at",
  v."updated_at" AS "last_activity_at",
  (SELECT count(*) FROM "event" e WHERE e."chat_id" = c."id" AND e."kind" = 'message' AND e."author" = 'customer') AS "customer_messages",
  (SELECT count(*) FROM "turn" t WHERE t."chat_id" = c."id") AS "turns",
  (SELECT count(*) FROM "message" m WHERE m."chat_id" = c."id" AND m."state" IN ('accepted', 'sent', 'delivered', 'read')) AS "messages_sent"
FROM "chat" c
LEFT JOIN "conversation" v ON v."chat_id" = c."id";

CREATE VIEW "analytics"."turns" AS
SELECT
  t."run_id",
  t."chat_id",
  c."channel_id",
  t."state",
  t."outcome",
  t."reason",
  t."attempts",
  t."first_mail_at",
  t."created_at",
  t."started_at",
  t."finished_at",
  extract(epoch FROM t."started_at" - t."first_mail_at")::double precision AS "wait_seconds",
  extract(epoch FROM t."finished_at" - t."started_at")::double precision AS "work_seconds",
  (SELECT count(*) FROM "event" e WHERE e."run_id" = t."run_id" AND e."kind" = 'message' AND e."author" = 'customer') AS "customer_messages",
  (SELECT count(*) FROM "message" m WHERE m."run_id" = t."run_id" AND m."state" IN ('accepted', 'sent', 'delivered', 'read')) AS "messages_sent",
  (SELECT n."detail"->>'model' FROM "entry" n WHERE n."run_id" = t."run_id" AND n."type" = 'turn.started' ORDER BY n."id" DESC LIMIT 1) AS "model",
  (SELECT sum((n."detail"->>'inputTokens')::bigint)::bigint FROM "entry" n WHERE n."run_id" = t."run_id" AND n."type" = 'agent.step') AS "input_tokens",
  (SELECT sum((n."detail"->>'outputTokens')::bigint)::bigint FROM "entry" n WHERE n."run_id" = t."run_id" AND n."type" = 'agent.step') AS "output_tokens"
FROM "turn" t
JOIN "chat" c ON c."id" = t."chat_id";

CREATE VIEW "analytics"."messages" AS
SELECT
  m."id" AS "message_id",
  m."run_id",
  m."chat_id",
  c."channel_id",
  m."part",
  m."kind",
  m."state",
  m."reason",
  m."attempts",
  char_length(m."text") AS "characters",
  m."created_at",
  m."sending_at",
  m."accepted_at",
  m."confirmed_at",
  (SELECT min(n."at") FROM "entry" n WHERE n."run_id" = m."run_id" AND n."message_id" = m."id" AND n."type" IN ('message.delivered', 'message.read')) AS "delivered_at",
  (SELECT min(n."at") FROM "entry" n WHERE n."run_id" = m."run_id" AND n."message_id" = m."id" AND n."type" = 'message.read') AS "read_at"
FROM "message" m
JOIN "chat" c ON c."id" = m."chat_id";

CREATE VIEW "analytics"."events" AS
SELECT
  e."id" AS "event_id",
  e."chat_id",
  c."channel_id",
  e."kind",
  e."author",
  e."state",
  e."reason",
  e."run_id",
  e."backfill",
  char_length(e."text") AS "characters",
  e."occurred_at",
  e."received_at",
  extract(epoch FROM e."received_at" - e."occurred_at")::double precision AS "delay_seconds"
FROM "event" e
LEFT JOIN "chat" c ON c."id" = e."chat_id";

CREATE VIEW "analytics"."daily_outcomes" AS
SELECT
  "day",
  "outcome",
  count(*) AS "turns",
  (sum(count(*)) OVER (PARTITION BY "day"))::bigint AS "turns_ended",
  (count(*)::numeric / sum(count(*)) OVER (PARTITION BY "day"))::double precision AS "share"
FROM (
  SELECT "created_at"::date AS "day", CASE WHEN "state" = 'finished' THEN coalesce("outcome", 'finished') ELSE "state" END AS "outcome"
  FROM "turn"
  WHERE "state" IN ('finished', 'failed', 'skipped')
) ended
GROUP BY "day", "outcome";

CREATE VIEW "analytics"."answer_times" AS
SELECT
  "run_id",
  "chat_id",
  "channel_id",
  "customer_message_at",
  "accepted_at",
  "delivered_at",
  "read_at",
  extract(epoch FROM "accepted_at" - "customer_message_at")::double precision AS "seconds_to_accepted",
  extract(epoch FROM "delivered_at" - "customer_message_at")::double precision AS "seconds_to_delivered",
  extract(epoch FROM "read_at" - "customer_message_at")::double precision AS "seconds_to_read"
FROM (
  SELECT
    t."run_id",
    t."chat_id",
    c."channel_id",
    t."first_mail_at" AS "customer_message_at",
    (SELECT min(coalesce(m."accepted_at", m."confirmed_at")) FROM "message" m WHERE m."run_id" = t."run_id" AND m."kind" = 'text') AS "accepted_at",
    (SELECT min(n."at") FROM "entry" n WHERE n."run_id" = t."run_id" AND n."type" IN ('message.delivered', 'message.read')) AS "delivered_at",
    (SELECT min(n."at") FROM "entry" n WHERE n."run_id" = t."run_id" AND n."type" = 'message.read') AS "read_at"
  FROM "turn" t
  JOIN "chat" c ON c."id" = t."chat_id"
  WHERE EXISTS (SELECT FROM "message" m WHERE m."run_id" = t."run_id" AND m."kind" = 'text' AND m."state" IN ('accepted', 'sent', 'delivered', 'read'))
) answered;

CREATE VIEW "analytics"."unanswered" AS
SELECT
  e."id" AS "event_id",
  e."chat_id",
  c."channel_id",
  e."run_id",
  e."occurred_at",
  e."received_at",
  CASE
    WHEN e."state" IN ('ignored', 'quarantined') THEN 'conversation'
    WHEN t."run_id" IS NULL OR t."state" IN ('queued', 'running') THEN 'waiting'
    WHEN EXISTS (SELECT FROM "message" m WHERE m."run_id" = t."run_id" AND m."kind" = 'text') THEN 'outbox'
    ELSE 'turn'
  END AS "stage",
  CASE
    WHEN e."state" IN ('ignored', 'quarantined') THEN e."reason"
    WHEN t."run_id" IS NULL OR t."state" IN ('queued', 'running') THEN 'waiting'
    ELSE coalesce(
      (SELECT coalesce(m."reason", m."state") FROM "message" m WHERE m."run_id" = t."run_id" AND m."kind" = 'text' ORDER BY m."part" LIMIT 1),
      t."reason", t."outcome", t."state")
  END AS "reason"
FROM "event" e
LEFT JOIN "chat" c ON c."id" = e."chat_id"
LEFT JOIN "turn" t ON t."run_id" = e."run_id"
WHERE e."kind" = 'message'
  AND e."author" = 'customer'
  AND NOT EXISTS (SELECT FROM "message" m WHERE m."run_id" = e."run_id" AND m."kind" = 'text' AND m."state" IN ('accepted', 'sent', 'delivered', 'read'));

-- Every hour has a row, also the silent ones: an hour of zeros is what a broken webhook looks like.
CREATE VIEW "analytics"."webhook_health" AS
SELECT
  h."hour",
  k."accepted",
  k."duplicate",
  k."ignored",
  k."quarantined",
  k."events",
  CASE WHEN k."events" > 0 THEN k."quarantined"::double precision / k."events" END AS "quarantined_share"
FROM generate_series(date_trunc('hour', (SELECT min("at") FROM "entry")), now(), interval '1 hour') AS h("hour")
CROSS JOIN LATERAL (
  SELECT
    count(*) FILTER (WHERE n."type" = 'inbox.accepted') AS "accepted",
    count(*) FILTER (WHERE n."type" = 'inbox.duplicate') AS "duplicate",
    count(*) FILTER (WHERE n."type" = 'inbox.ignored') AS "ignored",
    count(*) FILTER (WHERE n."type" = 'inbox.quarantined') AS "quarantined",
    count(*) AS "events"
  FROM "entry" n
  WHERE n."at" >= h."hour" AND n."at" < h."hour" + interval '1 hour'
    AND n."type" IN ('inbox.accepted', 'inbox.duplicate', 'inbox.ignored', 'inbox.quarantined')
) k;

-- Personal data: not for "analytics_reader". Who needs it gets a grant of his own.

CREATE VIEW "analytics"."contacts" AS
SELECT "id" AS "chat_id", "platform", "channel_id", "contact_id", "botmaker_chat_id", "name" FROM "chat";

CREATE VIEW "analytics"."message_texts" AS
SELECT e."chat_id", e."run_id", e."id" AS "event_id", NULL::uuid AS "message_id", e."author", e."occurred_at" AS "at", e."text"
FROM "event" e
WHERE e."kind" = 'message' AND e."text" IS NOT NULL AND e."author" IS DISTINCT FROM 'agent' -- echoes: the messages themselves follow
UNION ALL
SELECT m."chat_id", m."run_id", NULL::bigint, m."id", 'agent', m."created_at", m."text"
FROM "message" m
WHERE m."text" IS NOT NULL;

-- The reader ----------------------------------------------------------------------------------------
-- Roles belong to the whole server: another database may have made this one already, and a hosted server may not let us.
-- Nothing else depends on it, so a refusal is a notice and the grants can be given later (docs/analytics.md says how).

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'analytics_reader') THEN
    CREATE ROLE "analytics_reader" NOLOGIN;
  END IF;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL;
  WHEN insufficient_privilege THEN RAISE NOTICE 'may not create the role analytics_reader: see docs/analytics.md';
END
$$;

DO $$
BEGIN
  ALTER ROLE "analytics_reader" SET statement_timeout = '60s';
  ALTER ROLE "analytics_reader" SET default_transaction_read_only = on;
EXCEPTION
  -- internal_error is "tuple concurrently updated": another database of this server does the same at this moment.
  WHEN undefined_object OR insufficient_privilege OR internal_error THEN RAISE NOTICE 'could not set the limits of analytics_reader';
END
$$;

DO $$
BEGIN
  GRANT USAGE ON SCHEMA "analytics" TO "analytics_reader";
  GRANT SELECT ON
    "analytics"."conversations", "analytics"."turns", "analytics"."messages", "analytics"."events",
    "analytics"."daily_outcomes", "analytics"."answer_times", "analytics"."unanswered", "analytics"."webhook_health"
  TO "analytics_reader";
EXCEPTION
  WHEN undefined_object THEN RAISE NOTICE 'no role analytics_reader: nothing granted';
END
$$;
