/** SQLSTATE classes of a database that can't do it now: connection, transaction state, resources, locks, operator, system. */
const passingClasses = new Set(['08', '25', '28', '3D', '40', '53', '55', '57', '58']);
/** "The transaction is aborted": the statement before it says why. */
const afterAnError = '25P02';
const passingNetwork = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN']);
/** What Prisma's adapter calls a server that can't be reached or left us, where it passes no SQLSTATE on. */
const passingAdapter = new Set(['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TooManyConnections']);
/** Prisma: no connection (P1…), none free in the pool, transaction expired, write conflict. */
const passingPrisma = /^P(1\d{3}|2024|2028|2034)$/;

/** What Prisma's adapter says of an error: the SQLSTATE, or its own name for what happened. */
interface AdapterCause {
  originalCode?: unknown;
  kind?: unknown;
}

interface DatabaseError {
  name?: unknown;
  code?: unknown;
  message?: unknown;
  meta?: { driverAdapterError?: { cause?: AdapterCause } } | undefined;
  cause?: unknown;
}

/**
 * Whether the database was in trouble, and not the data: the same work may succeed in a moment. Knows the errors of `pg` and
 * of Prisma. A data error (class 22), a broken constraint (23) or an error of our own code is not transient.
 */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const given = error as DatabaseError;
  const { code, message } = given;
  if (typeof code === 'string' && (passingNetwork.has(code) || passingPrisma.test(code))) return true;
  const kind = adapterCauseOf(given)?.kind;
  if (typeof kind === 'string' && passingAdapter.has(kind)) return true;
  const sqlState = sqlStateOf(given);
  if (sqlState !== null) return passingClasses.has(sqlState.slice(0, 2)) && sqlState !== afterAnError;
  // pg's pool and connection say these without a code.
  return typeof message === 'string' && /^(timeout expired|timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error)/.test(message);
}

/** Serialization failure, deadlock; Prisma's name for both. */
const conflicts = new Set(['40001', '40P01', 'P2034']);

/** Whether the database rolled the transaction back because of others, so that doing it again at once is the remedy. */
export function isConflict(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const given = error as DatabaseError;
  return [given.code, sqlStateOf(given)].some((code) => typeof code === 'string' && conflicts.has(code));
}

function sqlStateOf(given: DatabaseError): string | null {
  const state = adapterCauseOf(given)?.originalCode ?? given.code;
  return typeof state === 'string' ? state : null;
}

/** Of a statement, Prisma wraps what its adapter threw; of a COMMIT (where others' notifications are waited for) it does not. */
function adapterCauseOf({ name, meta, cause }: DatabaseError): AdapterCause | undefined {
  return meta?.driverAdapterError?.cause ?? (name === 'DriverAdapterError' ? (cause as AdapterCause | undefined) : undefined);
}
