-- How conversations end (docs/adr/0032-a-conversation-has-an-end.md).
ALTER TABLE "conversation"
    ADD COLUMN "opted_out_at" TIMESTAMPTZ(3),
    ADD COLUMN "quiet_look_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- Whose customer may have gone quiet: only the agent's chats are looked at.
CREATE INDEX "conversation_quiet" ON "conversation" ("quiet_look_at") WHERE "owner" = 'agent';
