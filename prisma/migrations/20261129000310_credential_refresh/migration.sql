-- What a refresh needs, as the environment gave it, sealed; null in a row of an earlier version until the next boot.
ALTER TABLE "credential" ADD COLUMN "bootstrap" BYTEA;
-- The refresh whose pair is in force, or for a pair of the environment the last one that had started: an earlier refresh
-- that ends late may not replace it.
ALTER TABLE "credential" ADD COLUMN "refresh_id" INTEGER NOT NULL DEFAULT 0;

-- One row a refresh, committed before Botmaker is asked: whoever dies in between leaves a row that did not end.
CREATE TABLE "credential_refresh" (
    "id" SERIAL NOT NULL,
    "from_version" INTEGER NOT NULL,
    "secret" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "deadline_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "outcome" TEXT,
    "code" TEXT,

    CONSTRAINT "credential_refresh_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "credential_refresh_secret" CHECK ("secret" IN ('pair', 'bootstrap', 'environment')),
    CONSTRAINT "credential_refresh_outcome" CHECK ("outcome" IN ('done', 'failed', 'refused', 'superseded')),
    CONSTRAINT "credential_refresh_ended" CHECK (("ended_at" IS NULL) = ("outcome" IS NULL))
);

-- CreateIndex
CREATE INDEX "credential_refresh_started_at_idx" ON "credential_refresh"("started_at");
