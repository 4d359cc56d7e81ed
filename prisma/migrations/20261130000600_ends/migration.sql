-- How conversations end (docs/adr/0032-a-conversation-has-an-end.md).
ALTER TABLE "conversation"
    ADD COLUMN "opted_out_at" TIMESTAMPTZ(3),
    ADD COLUMN "quiet_look_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- Whose customer may have gone quiet: only the agent's chats are looked at.
CREATE INDEX "conversation_quiet" ON "conversation" ("quiet_look_at") WHERE "owner" = 'agent';

-- A sentence to a quiet customer answers no message of his. The columns stay as they are: the views are a contract.
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
  WHERE t."reason" IS DISTINCT FROM 'inactive'
    AND EXISTS (SELECT FROM "message" m WHERE m."run_id" = t."run_id" AND m."kind" <> 'intent' AND m."state" IN ('accepted', 'sent', 'delivered', 'read'))
) answered;
