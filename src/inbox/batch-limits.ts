/** Bodies that one statement, or one write of the disk, carries at most. */
export const maxBatch = 500;
/** A batch is one parameter of one statement: five hundred bodies of a megabyte each would be too much for both sides. */
export const maxBatchBytes = 8 * 1024 * 1024;
