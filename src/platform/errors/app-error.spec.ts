import { describe, expect, it } from '@jest/globals';
import { AppError, errorKinds, toAppError } from './app-error.js';
import { errorPolicy } from './error-policy.js';

const failing = (fields: object, message = 'failed'): Error => Object.assign(new Error(message), fields);
const fromPrisma = (code: string, originalCode?: string): Error =>
  failing({ code, ...(originalCode ? { meta: { driverAdapterError: { cause: { originalCode } } } } : {}) });

describe('what to do about each kind of error', () => {
  it('is one decision a kind, and no kind is forgotten', () => {
    expect(Object.keys(errorPolicy)).toEqual([...errorKinds]);
  });

  it('tries again only where nothing can have happened, or nobody knows what did', () => {
    expect(errorKinds.filter((kind) => errorPolicy[kind].job === 'retry')).toEqual(['rate-limited', 'upstream-unavailable', 'bug']);
  });

  it('never tries again what may have reached a customer: a person looks', () => {
    expect(errorPolicy['outcome-unknown'].job).toBe('park');
  });
});

describe('toAppError', () => {
  it('leaves our own errors as they are', () => {
    const error = new AppError('conflict', 'room.first', 'somebody was first', { details: { attempt: 1 } });
    expect(toAppError(error)).toBe(error);
  });

  it.each([
    ['a refused connection', failing({ code: 'ECONNREFUSED' })],
    ['a full pool', failing({}, 'timeout exceeded when trying to connect')],
    ['a connection that was cut', failing({}, 'Connection terminated unexpectedly')],
    ['a lock that was not given', failing({ code: '55P03' })],
    ['a deadlock', fromPrisma('P2034', '40P01')],
    ['a server that is shutting down', fromPrisma('P2010', '57P01')],
    ['a full disk', fromPrisma('P2039', '53100')],
    ['a read-only server', failing({ code: '25006' })],
    ['no database', fromPrisma('P1003', '3D000')],
    ['a transaction that took too long', fromPrisma('P2028')],
  ])('takes %s for a database in trouble: the work is tried again', (_what, error) => {
    expect(toAppError(error)).toMatchObject({ kind: 'upstream-unavailable', code: 'platform.database-unavailable', cause: error });
  });

  it.each([
    ['a value that the database refuses', fromPrisma('P2010', '22P05')],
    ['a broken constraint', fromPrisma('P2002', '23505')],
    ['a statement after a failed one', fromPrisma('P2010', '25P02')],
    ['an unknown column', failing({ code: '42703' })],
    ['our own mistake', new TypeError('x is not a function')],
  ])('takes %s for a defect', (_what, error) => {
    expect(toAppError(error)).toMatchObject({ kind: 'bug', code: 'platform.unclassified', cause: error });
  });

  it('makes an error of whatever was thrown', () => {
    expect(toAppError('words')).toMatchObject({ kind: 'bug', message: 'words' });
    expect(toAppError(undefined)).toBeInstanceOf(AppError);
  });
});
