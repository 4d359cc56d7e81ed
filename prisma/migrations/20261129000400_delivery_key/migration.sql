-- What makes storing a body idempotent: a body that was kept on disk may have been committed before, or may be drained twice.
-- Rows from before, and the sweep's, have none. The keys rise with time, so the index grows at its right end.
ALTER TABLE "envelope" ADD COLUMN "delivery_key" UUID;

-- CreateIndex
CREATE UNIQUE INDEX "envelope_delivery_key_key" ON "envelope"("delivery_key");
