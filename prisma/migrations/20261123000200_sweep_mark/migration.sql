-- How far the sweep has looked, shared by all replicas: one of them looks at a time, and a restart goes on where it was.
CREATE TABLE "sweep_mark" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "swept_until" TIMESTAMPTZ(3),
    "next_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sweep_mark_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "sweep_mark_single" CHECK ("id" = 1)
);
