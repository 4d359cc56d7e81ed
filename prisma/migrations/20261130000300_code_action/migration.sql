-- Calls of code blocks of the flow that wait, or waited, for the answer to a customer's message (docs/adr/0028-one-answer-through-two-doors.md).
CREATE TABLE "code_action" (
    "id" UUID NOT NULL,
    "correlation_id" UUID NOT NULL,
    "chat_id" UUID,
    "event_id" BIGINT,
    "message_event_id" BIGINT,
    "message_key" TEXT,
    "reason" TEXT,
    "run_id" UUID,
    "called_at" TIMESTAMPTZ(3) NOT NULL,
    "waits_until" TIMESTAMPTZ(3) NOT NULL,
    "answered_at" TIMESTAMPTZ(3),
    "left_at" TIMESTAMPTZ(3),
    "told_at" TIMESTAMPTZ(3),

    CONSTRAINT "code_action_pkey" PRIMARY KEY ("id")
);

-- One call at most is given the answer of a turn.
CREATE UNIQUE INDEX "code_action_run_id_key" ON "code_action"("run_id");

-- CreateIndex
CREATE INDEX "code_action_chat_id_called_at_idx" ON "code_action"("chat_id", "called_at");

-- CreateIndex
CREATE INDEX "code_action_message_event_id_idx" ON "code_action"("message_event_id");

-- CreateIndex
CREATE INDEX "code_action_event_id_idx" ON "code_action"("event_id");

-- What the schema language cannot say ------------------------------------------------------------

-- A call speaks of a customer's message, or says why not.
ALTER TABLE "code_action" ADD CONSTRAINT "code_action_reason" CHECK (("message_event_id" IS NULL) = ("reason" IS NOT NULL));
ALTER TABLE "code_action" ADD CONSTRAINT "code_action_answered" CHECK (("answered_at" IS NULL) = ("run_id" IS NULL));

-- What was given to code blocks, by time: an echo shows that the customer saw it, or does not.
CREATE INDEX "message_given" ON "message" ("accepted_at") WHERE "confirmed_by" = 'response';
