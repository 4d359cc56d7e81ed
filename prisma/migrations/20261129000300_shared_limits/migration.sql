-- The rate limits of Botmaker's API are the account's, so what is left of them is counted here for all replicas: one row an
-- operation, the moment from which its next call may leave.
CREATE TABLE "rate_bucket" (
    "operation" TEXT NOT NULL,
    "next_free_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "rate_bucket_pkey" PRIMARY KEY ("operation")
-- Updated up to some hundred times a second: with room on its page the row moves without touching the index.
) WITH (fillfactor = 10);
