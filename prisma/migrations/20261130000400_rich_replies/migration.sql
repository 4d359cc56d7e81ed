-- Answers that are more than text (docs/adr/0029-rendered-when-queued.md).
ALTER TABLE "message" DROP CONSTRAINT "message_kind";
ALTER TABLE "message" ADD CONSTRAINT "message_kind" CHECK ("kind" IN ('text', 'list', 'buttons', 'media', 'intent'));

-- A list, buttons and a medium answer as a text does. The columns stay as they are: the views are a contract.
CREATE OR REPLACE VIEW "analytics"."answer_times" AS
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
    (SELECT min(coalesce(m."accepted_at", m."confirmed_at")) FROM "message" m WHERE m."run_id" = t."run_id" AND m."kind" <> 'intent') AS "accepted_at",
    (SELECT min(n."at") FROM "entry" n WHERE n."run_id" = t."run_id" AND n."type" IN ('message.delivered', 'message.read')) AS "delivered_at",
    (SELECT min(n."at") FROM "entry" n WHERE n."run_id" = t."run_id" AND n."type" = 'message.read') AS "read_at"
  FROM "turn" t
  JOIN "chat" c ON c."id" = t."chat_id"
  WHERE EXISTS (SELECT FROM "message" m WHERE m."run_id" = t."run_id" AND m."kind" <> 'intent' AND m."state" IN ('accepted', 'sent', 'delivered', 'read'))
) answered;

CREATE OR REPLACE VIEW "analytics"."unanswered" AS
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
    WHEN EXISTS (SELECT FROM "message" m WHERE m."run_id" = t."run_id" AND m."kind" <> 'intent') THEN 'outbox'
    ELSE 'turn'
  END AS "stage",
  CASE
    WHEN e."state" IN ('ignored', 'quarantined') THEN e."reason"
    WHEN t."run_id" IS NULL OR t."state" IN ('queued', 'running') THEN 'waiting'
    ELSE coalesce(
      (SELECT coalesce(m."reason", m."state") FROM "message" m WHERE m."run_id" = t."run_id" AND m."kind" <> 'intent' ORDER BY m."part" LIMIT 1),
      t."reason", t."outcome", t."state")
  END AS "reason"
FROM "event" e
LEFT JOIN "chat" c ON c."id" = e."chat_id"
LEFT JOIN "turn" t ON t."run_id" = e."run_id"
WHERE e."kind" = 'message'
  AND e."author" = 'customer'
  AND NOT EXISTS (SELECT FROM "message" m WHERE m."run_id" = e."run_id" AND m."kind" <> 'intent' AND m."state" IN ('accepted', 'sent', 'delivered', 'read'));
