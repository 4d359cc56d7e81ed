-- Who has a chat, as a checked fact (docs/adr/0027-ownership-is-looked-at.md).

-- What Botmaker said of a chat when it was last asked.
CREATE TABLE "chat_proof" (
    "chat_id" UUID NOT NULL,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,
    "is_known" BOOLEAN NOT NULL,
    "agent_id" TEXT,
    "queue_id" TEXT,
    "is_bot_muted" BOOLEAN,
    "is_handed_over" BOOLEAN,
    "window_closes_at" TIMESTAMPTZ(3),

    CONSTRAINT "chat_proof_pkey" PRIMARY KEY ("chat_id")
);
ALTER TABLE "chat_proof" ADD CONSTRAINT "chat_proof_chat_id_fkey" FOREIGN KEY ("chat_id") REFERENCES "chat"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- When we last had the bot muted; null: the mute is as old as the hand-over.
ALTER TABLE "conversation" ADD COLUMN "muted_at" TIMESTAMPTZ(3);

-- A chat that was given back to the flow, until it is seen that the flow has it.
CREATE TABLE "chat_return" (
    "chat_id" UUID NOT NULL,
    "run_id" UUID NOT NULL,
    "correlation_id" UUID NOT NULL,
    "begun_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "next_at" TIMESTAMPTZ(3) NOT NULL,
    "triggers" INTEGER NOT NULL DEFAULT 1,
    "looks" INTEGER NOT NULL DEFAULT 0,
    "epoch" INTEGER NOT NULL DEFAULT 0,
    "failed_at" TIMESTAMPTZ(3),

    CONSTRAINT "chat_return_pkey" PRIMARY KEY ("chat_id")
);
ALTER TABLE "chat_return" ADD CONSTRAINT "chat_return_chat_id_fkey" FOREIGN KEY ("chat_id") REFERENCES "chat"("id") ON DELETE CASCADE ON UPDATE CASCADE;
CREATE INDEX "chat_return_next_at_idx" ON "chat_return"("next_at");

-- A chat whose customer waits and whom nobody has answered for long.
CREATE TABLE "silent_chat" (
    "chat_id" UUID NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "found_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "acts" INTEGER NOT NULL DEFAULT 0,
    "last_act" TEXT,
    "next_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "silent_chat_pkey" PRIMARY KEY ("chat_id")
);
ALTER TABLE "silent_chat" ADD CONSTRAINT "silent_chat_chat_id_fkey" FOREIGN KEY ("chat_id") REFERENCES "chat"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "silent_chat" ADD CONSTRAINT "silent_chat_last_act" CHECK ("last_act" IN ('sort', 'reopen', 'give-back'));
CREATE INDEX "silent_chat_next_at_idx" ON "silent_chat"("next_at");

-- Which customers wrote within the last days?
CREATE INDEX "conversation_last_customer_at_idx" ON "conversation"("last_customer_at");
