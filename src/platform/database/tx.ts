import type { Prisma } from '../../generated/prisma/client.js';

declare const inTransaction: unique symbol;

/**
 * A running transaction. Only `Database.inTransaction` makes one, so a store whose method takes a `Tx` can't be called
 * outside a transaction: what happens together is visible in the signature.
 */
export type Tx = Prisma.TransactionClient & { readonly [inTransaction]: true };
