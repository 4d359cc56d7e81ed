-- CreateTable
CREATE TABLE "envelope" (
    "id" BIGSERIAL NOT NULL,
    "door" TEXT NOT NULL DEFAULT 'webhook',
    "body" BYTEA NOT NULL,
    "correlation_id" UUID NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "read_at" TIMESTAMPTZ(3),

    CONSTRAINT "envelope_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "chat" (
    "id" UUID NOT NULL,
    "platform" TEXT,
    "channel_id" TEXT,
    "contact_id" TEXT,
    "botmaker_chat_id" TEXT,
    "name" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "chat_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "event" (
    "id" BIGSERIAL NOT NULL,
    "key" TEXT NOT NULL,
    "envelope_id" BIGINT,
    "chat_id" UUID,
    "kind" TEXT NOT NULL,
    "author" TEXT,
    "state" TEXT NOT NULL,
    "reason" TEXT,
    "run_id" UUID,
    "remote_id" TEXT,
    "text" TEXT,
    "content" JSONB NOT NULL,
    "backfill" BOOLEAN NOT NULL DEFAULT false,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "conversation" (
    "chat_id" UUID NOT NULL,
    "owner" TEXT NOT NULL DEFAULT 'flow',
    "owner_reason" TEXT,
    "owner_since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "variables" JSONB NOT NULL DEFAULT '{}',
    "session_id" TEXT,
    "last_customer_at" TIMESTAMPTZ(3),
    "last_operator_at" TIMESTAMPTZ(3),
    "window_closes_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "conversation_pkey" PRIMARY KEY ("chat_id")
);

-- CreateTable
CREATE TABLE "turn" (
    "run_id" UUID NOT NULL,
    "chat_id" UUID NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'queued',
    "outcome" TEXT,
    "reason" TEXT,
    "correlation_id" UUID NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "first_mail_at" TIMESTAMPTZ(3) NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "epoch" INTEGER NOT NULL DEFAULT 0,
    "lease_until" TIMESTAMPTZ(3),
    "decision" JSONB,
    "usage" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "turn_pkey" PRIMARY KEY ("run_id")
);

-- CreateTable
CREATE TABLE "message" (
    "id" UUID NOT NULL,
    "run_id" UUID NOT NULL,
    "chat_id" UUID NOT NULL,
    "part" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "text" TEXT,
    "content" JSONB NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'planned',
    "reason" TEXT,
    "correlation_id" UUID NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "epoch" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lease_until" TIMESTAMPTZ(3),
    "doubt_until" TIMESTAMPTZ(3),
    "notification_id" TEXT,
    "remote_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sending_at" TIMESTAMPTZ(3),
    "accepted_at" TIMESTAMPTZ(3),
    "confirmed_at" TIMESTAMPTZ(3),
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "message_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "delivery" (
    "id" BIGSERIAL NOT NULL,
    "chat_id" UUID NOT NULL,
    "run_id" UUID NOT NULL,
    "message_ids" UUID[],
    "attempt" INTEGER NOT NULL,
    "outcome" TEXT,
    "code" TEXT,
    "http_status" INTEGER,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "delivery_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "early_status" (
    "remote_id" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "tx_id" TEXT,
    "code" TEXT,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "early_status_pkey" PRIMARY KEY ("remote_id","status")
);

-- CreateTable
CREATE TABLE "credential" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "version" INTEGER NOT NULL,
    "source" TEXT NOT NULL,
    "sealed" BYTEA NOT NULL,
    "bootstrap_mac" BYTEA NOT NULL,
    "issued_at" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3),
    "checked_at" TIMESTAMPTZ(3),
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "credential_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "passage" (
    "id" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "checksum" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "heading" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "language" TEXT NOT NULL,
    "tags" TEXT[],
    "words" tsvector NOT NULL,

    CONSTRAINT "passage_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "entry" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "type" TEXT NOT NULL,
    "reason" TEXT,
    "chat_id" UUID,
    "run_id" UUID,
    "event_id" BIGINT,
    "message_id" UUID,
    "correlation_id" UUID,
    "detail" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "entry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_key" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "key_hash" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "console_session" (
    "token_hash" BYTEA NOT NULL,
    "api_key_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "console_session_pkey" PRIMARY KEY ("token_hash")
);

-- CreateIndex
CREATE UNIQUE INDEX "chat_botmaker_chat_id_key" ON "chat"("botmaker_chat_id");

-- CreateIndex
CREATE INDEX "chat_contact_id_idx" ON "chat"("contact_id");

-- CreateIndex
CREATE UNIQUE INDEX "chat_channel_id_contact_id_key" ON "chat"("channel_id", "contact_id");

-- CreateIndex
CREATE UNIQUE INDEX "event_key_key" ON "event"("key");

-- CreateIndex
CREATE INDEX "event_chat_id_occurred_at_id_idx" ON "event"("chat_id", "occurred_at", "id");

-- CreateIndex
CREATE INDEX "event_run_id_idx" ON "event"("run_id");

-- CreateIndex
CREATE INDEX "event_remote_id_idx" ON "event"("remote_id");

-- CreateIndex
CREATE INDEX "conversation_updated_at_idx" ON "conversation"("updated_at");

-- CreateIndex
CREATE INDEX "turn_chat_id_created_at_idx" ON "turn"("chat_id", "created_at");

-- CreateIndex
CREATE UNIQUE INDEX "message_remote_id_key" ON "message"("remote_id");

-- CreateIndex
CREATE INDEX "message_notification_id_idx" ON "message"("notification_id");

-- CreateIndex
CREATE INDEX "message_chat_id_created_at_idx" ON "message"("chat_id", "created_at");

-- CreateIndex
CREATE UNIQUE INDEX "message_run_id_part_key" ON "message"("run_id", "part");

-- CreateIndex
CREATE INDEX "delivery_run_id_idx" ON "delivery"("run_id");

-- CreateIndex
CREATE INDEX "early_status_tx_id_idx" ON "early_status"("tx_id");

-- CreateIndex
CREATE INDEX "passage_source_idx" ON "passage"("source");

-- CreateIndex
CREATE INDEX "passage_words_idx" ON "passage" USING GIN ("words");

-- CreateIndex
CREATE INDEX "entry_type_id_idx" ON "entry"("type", "id");

-- CreateIndex
CREATE INDEX "entry_at_id_idx" ON "entry"("at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "api_key_key_hash_key" ON "api_key"("key_hash");

-- CreateIndex
CREATE INDEX "console_session_expires_at_idx" ON "console_session"("expires_at");

-- AddForeignKey
ALTER TABLE "event" ADD CONSTRAINT "event_envelope_id_fkey" FOREIGN KEY ("envelope_id") REFERENCES "envelope"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "event" ADD CONSTRAINT "event_chat_id_fkey" FOREIGN KEY ("chat_id") REFERENCES "chat"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "conversation" ADD CONSTRAINT "conversation_chat_id_fkey" FOREIGN KEY ("chat_id") REFERENCES "chat"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "turn" ADD CONSTRAINT "turn_chat_id_fkey" FOREIGN KEY ("chat_id") REFERENCES "chat"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "message" ADD CONSTRAINT "message_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "turn"("run_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "message" ADD CONSTRAINT "message_chat_id_fkey" FOREIGN KEY ("chat_id") REFERENCES "chat"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console_session" ADD CONSTRAINT "console_session_api_key_id_fkey" FOREIGN KEY ("api_key_id") REFERENCES "api_key"("id") ON DELETE CASCADE ON UPDATE CASCADE;



-- What the schema language cannot say ------------------------------------------------------------

-- Each state is one of a closed list, whoever writes the row.
ALTER TABLE "envelope" ADD CONSTRAINT "envelope_door" CHECK ("door" IN ('webhook', 'code-action', 'sweep'));
ALTER TABLE "event" ADD CONSTRAINT "event_state" CHECK ("state" IN ('received', 'read', 'ignored', 'quarantined'));
ALTER TABLE "event" ADD CONSTRAINT "event_reason" CHECK ("state" NOT IN ('ignored', 'quarantined') OR "reason" IS NOT NULL);
ALTER TABLE "conversation" ADD CONSTRAINT "conversation_owner" CHECK ("owner" IN ('flow', 'agent', 'human'));
ALTER TABLE "turn" ADD CONSTRAINT "turn_state" CHECK ("state" IN ('queued', 'running', 'finished', 'failed', 'skipped'));
ALTER TABLE "turn" ADD CONSTRAINT "turn_lease" CHECK (("state" = 'running') = ("lease_until" IS NOT NULL));
ALTER TABLE "message" ADD CONSTRAINT "message_kind" CHECK ("kind" IN ('text', 'intent'));
ALTER TABLE "message" ADD CONSTRAINT "message_state" CHECK ("state" IN
  ('planned', 'sending', 'accepted', 'sent', 'delivered', 'read', 'retrying', 'held', 'expired', 'dead', 'unknown'));
ALTER TABLE "credential" ADD CONSTRAINT "credential_single" CHECK ("id" = 1);
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_role" CHECK ("role" IN ('analyst', 'operator', 'admin'));

-- At most one unfinished turn per chat: the rule that makes "one turn at a time" true across replicas.
CREATE UNIQUE INDEX "turn_unfinished" ON "turn" ("chat_id") WHERE "state" IN ('queued', 'running');
CREATE INDEX "turn_due" ON "turn" ("starts_at") WHERE "state" IN ('queued', 'running');

-- The small, hot parts of large tables.
CREATE INDEX "envelope_unread" ON "envelope" ("id") WHERE "read_at" IS NULL;
CREATE INDEX "event_mail" ON "event" ("chat_id", "occurred_at", "id") WHERE "state" = 'received';
CREATE INDEX "message_open" ON "message" ("chat_id", "created_at", "part") WHERE "state" IN ('planned', 'retrying', 'sending');
CREATE INDEX "entry_chat" ON "entry" ("chat_id", "id") WHERE "chat_id" IS NOT NULL;
CREATE INDEX "entry_run" ON "entry" ("run_id", "id") WHERE "run_id" IS NOT NULL;
CREATE INDEX "entry_reason" ON "entry" ("reason", "id") WHERE "reason" IS NOT NULL;
CREATE INDEX "entry_event" ON "entry" ("event_id") WHERE "event_id" IS NOT NULL;
CREATE INDEX "event_words" ON "event" USING gin (to_tsvector('simple', "text")) WHERE "text" IS NOT NULL;
CREATE INDEX "message_words" ON "message" USING gin (to_tsvector('simple', "text")) WHERE "text" IS NOT NULL;

-- The correlation log is append-only.
CREATE FUNCTION "refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the correlation log is append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER "entry_append_only" BEFORE UPDATE OR DELETE ON "entry" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "entry_no_truncate" BEFORE TRUNCATE ON "entry" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
