-- How often a look for a message in doubt failed in a row: that decides when a person is asked, not how long ago the send was.
ALTER TABLE "message" ADD COLUMN "failed_looks" INTEGER NOT NULL DEFAULT 0;
