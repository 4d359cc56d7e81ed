-- What the agent's tools did in the world: one row an effect, named by the turn and by tool and arguments, so that a turn that
-- is tried again does not do it again. The result (what the tool answered, which may be personal) lives as long as the turn.
CREATE TABLE "effect" (
    "run_id" UUID NOT NULL,
    "call" TEXT NOT NULL,
    "tool" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'begun',
    "code" TEXT,
    "result" TEXT,
    "epoch" INTEGER NOT NULL,
    "begun_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "effect_pkey" PRIMARY KEY ("run_id", "call")
);

ALTER TABLE "effect" ADD CONSTRAINT "effect_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "turn"("run_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What the schema language cannot say ------------------------------------------------------------

ALTER TABLE "effect" ADD CONSTRAINT "effect_state" CHECK ("state" IN ('begun', 'done', 'failed', 'unknown'));

-- The few that a person should look at, or that were cut off a moment ago.
CREATE INDEX "effect_open" ON "effect" ("begun_at") WHERE "state" IN ('begun', 'unknown');

-- A turn that is dead says why, like one that was skipped.
ALTER TABLE "turn" ADD CONSTRAINT "turn_reason" CHECK ("state" <> 'failed' OR "reason" IS NOT NULL) NOT VALID;
