-- What a look needs to go on after a restart, and what tells that it has gone blind.
ALTER TABLE "sweep_mark"
    ADD COLUMN "completed_at" TIMESTAMPTZ(3),
    ADD COLUMN "thorough_from" TIMESTAMPTZ(3),
    ADD COLUMN "blind_at" TIMESTAMPTZ(3),
    ADD COLUMN "blind_reason" TEXT;
ALTER TABLE "sweep_mark" ADD CONSTRAINT "sweep_mark_blind" CHECK (("blind_at" IS NULL) = ("blind_reason" IS NULL));

-- Chats whose messages are to be fetched. `epoch` grows with each listing and each claim: who was overtaken deletes nothing.
CREATE TABLE "sweep_chat" (
    "botmaker_chat_id" TEXT NOT NULL,
    "channel_id" TEXT,
    "contact_id" TEXT,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "last_user_message_at" TIMESTAMPTZ(3) NOT NULL,
    "is_suspected" BOOLEAN NOT NULL,
    "is_thorough" BOOLEAN NOT NULL,
    "epoch" INTEGER NOT NULL DEFAULT 0,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "sweep_chat_pkey" PRIMARY KEY ("botmaker_chat_id")
);
CREATE INDEX "sweep_chat_is_suspected_next_at_idx" ON "sweep_chat"("is_suspected", "next_at");

-- Was the webhook silent? Bodies arrive in the order of this column, so a few blocks tell, and inserting costs nothing.
CREATE INDEX "envelope_received_at_idx" ON "envelope" USING BRIN ("received_at");
