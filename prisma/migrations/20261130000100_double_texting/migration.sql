-- A turn may take the place of one that had begun, because the customer wrote again (docs/adr/0026-a-turn-may-take-anothers-place.md).
ALTER TABLE "turn"
    ADD COLUMN "restarts" INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN "busy_told_at" TIMESTAMPTZ(3);
