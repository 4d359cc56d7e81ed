-- An answer that is ready when the window has closed is parked, and a template asks the customer to come back
-- (docs/adr/0031-parked-answers.md).

-- When the platform refused a message because its window had closed, and the id of the copy that it refused: nobody has seen that one.
ALTER TABLE "message" ADD COLUMN "refused_at" TIMESTAMPTZ(3);
ALTER TABLE "message" ADD COLUMN "refused_remote_id" TEXT;
CREATE INDEX "message_refused" ON "message"("refused_remote_id") WHERE "refused_remote_id" IS NOT NULL;
-- What is kept back: a few rows.
CREATE INDEX "message_held" ON "message"("chat_id") WHERE "state" = 'held';

-- A chat with a parked answer, until its customer writes.
CREATE TABLE "reopening" (
    "chat_id" UUID NOT NULL,
    "run_id" UUID NOT NULL,
    "correlation_id" UUID NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "next_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "tried" TEXT[] NOT NULL DEFAULT '{}',
    "message_id" UUID,
    "waits_for" TEXT,
    "epoch" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "reopening_pkey" PRIMARY KEY ("chat_id")
);
ALTER TABLE "reopening" ADD CONSTRAINT "reopening_chat_id_fkey" FOREIGN KEY ("chat_id") REFERENCES "chat"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "reopening" ADD CONSTRAINT "reopening_waits_for" CHECK ("waits_for" IN ('opted-out', 'quiet-hours', 'templates-unseen', 'no-template'));
CREATE INDEX "reopening_next_at_idx" ON "reopening"("next_at");
