-- The sending protocol (docs/adr/0016-sending-protocol.md): what an attempt that nobody got an answer to is settled by.
ALTER TABLE "message"
    ADD COLUMN "redriven_at" TIMESTAMPTZ(3),
    ADD COLUMN "doubted_at" TIMESTAMPTZ(3),
    ADD COLUMN "resent_at" TIMESTAMPTZ(3),
    ADD COLUMN "lookups" INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN "confirmed_by" TEXT;

-- What was in doubt before this migration: looked up from the attempt that left it so.
UPDATE "message" SET "doubted_at" = "sending_at" WHERE ("state" = 'sending' AND "doubt_until" IS NOT NULL) OR "state" = 'unknown';

-- CreateIndex
CREATE INDEX "message_accepted_at_idx" ON "message"("accepted_at");

-- CreateIndex
CREATE INDEX "message_confirmed_at_idx" ON "message"("confirmed_at");

-- A second copy of a message that was seen at Botmaker: a duplicate, counted once by its id.
CREATE TABLE "message_copy" (
    "remote_id" TEXT NOT NULL,
    "message_id" UUID NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "message_copy_pkey" PRIMARY KEY ("remote_id")
);

-- CreateIndex
CREATE INDEX "message_copy_message_id_idx" ON "message_copy"("message_id");

-- CreateIndex
CREATE INDEX "message_copy_seen_at_idx" ON "message_copy"("seen_at");

-- AddForeignKey
ALTER TABLE "message_copy" ADD CONSTRAINT "message_copy_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "message"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Columns are added at the end: the view is a contract.
CREATE OR REPLACE VIEW "analytics"."messages" AS
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
  (SELECT min(n."at") FROM "entry" n WHERE n."run_id" = m."run_id" AND n."message_id" = m."id" AND n."type" = 'message.read') AS "read_at",
  m."confirmed_by",
  m."doubted_at",
  m."resent_at",
  m."redriven_at",
  (SELECT count(*) FROM "message_copy" d WHERE d."message_id" = m."id") AS "duplicates"
FROM "message" m
JOIN "chat" c ON c."id" = m."chat_id";
