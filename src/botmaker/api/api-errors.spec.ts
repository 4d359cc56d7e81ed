import { describe, expect, it } from '@jest/globals';
import type { ErrorKind } from '../../platform/index.js';
import { answerProblem, transportProblem } from './api-errors.js';

const failure = (code?: string): Error => Object.assign(new Error('as scripted'), code === undefined ? {} : { code });

describe('a call that got no answer', () => {
  it.each([
    ['ECONNREFUSED', 'nobody listens'],
    ['ENOTFOUND', 'the name is unknown'],
    ['EAI_AGAIN', 'the name server is silent'],
    ['EHOSTUNREACH', 'there is no route to the host'],
    ['ENETUNREACH', 'there is no route to the network'],
    ['CERT_HAS_EXPIRED', 'the certificate is too old'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'the certificate is signed by itself'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'the chain is incomplete'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'the certificate is for another name'],
  ])('%s (%s) is surely not sent, whether the effect is visible or not', (code) => {
    for (const visible of [true, false]) {
      expect(transportProblem('send-messages', visible, failure(code))).toMatchObject({ kind: 'upstream-unavailable', code: 'botmaker.unreachable', details: { operation: 'send-messages', network: code } });
    }
  });

  it.each(['ECONNRESET', 'ECONNABORTED', 'ERR_CANCELED', 'EPIPE', 'ETIMEDOUT', 'ERR_BAD_RESPONSE', 'HPE_INVALID_CONSTANT', 'EPROTO', undefined])(
    '%s leaves the outcome open when the customer can see the effect, and is worth another try when not',
    (code) => {
      expect(transportProblem('send-messages', true, failure(code))).toMatchObject({ kind: 'outcome-unknown', code: 'botmaker.outcome-unknown' });
      expect(transportProblem('list-messages', false, failure(code))).toMatchObject({ kind: 'upstream-unavailable', code: 'botmaker.no-answer' });
    },
  );
});

describe('an answer', () => {
  const judged = (visible: boolean, status: number, contentType = 'application/json', body: unknown = null): ErrorKind | null =>
    answerProblem('send-messages', visible, { status, body }, contentType)?.kind ?? null;

  it.each<[number, ErrorKind | null, ErrorKind | null]>([
    [200, null, null],
    [202, null, null],
    [204, null, null],
    [301, 'outcome-unknown', 'upstream-unavailable'],
    [307, 'outcome-unknown', 'upstream-unavailable'],
    [400, 'upstream-rejected', 'upstream-rejected'],
    [401, 'unauthenticated', 'unauthenticated'],
    [403, 'forbidden', 'forbidden'],
    [404, 'not-found', 'not-found'],
    [413, 'upstream-rejected', 'upstream-rejected'],
    [422, 'upstream-rejected', 'upstream-rejected'],
    [429, 'rate-limited', 'rate-limited'],
    [500, 'outcome-unknown', 'upstream-unavailable'],
    [502, 'outcome-unknown', 'upstream-unavailable'],
    [503, 'outcome-unknown', 'upstream-unavailable'],
    [504, 'outcome-unknown', 'upstream-unavailable'],
  ])('%i is %s for a visible effect and %s otherwise', (status, visible, invisible) => {
    expect([judged(true, status), judged(false, status)]).toEqual([visible, invisible]);
  });

  it('that is a web page comes from a proxy on the way: it proves nothing, whatever its status', () => {
    for (const status of [200, 202, 400, 401, 403, 404, 429, 500]) {
      expect(judged(true, status, 'text/html; charset=utf-8')).toBe('outcome-unknown');
      expect(judged(false, status, 'text/html')).toBe('upstream-unavailable');
    }
  });

  it('of 2xx counts as accepted even when its body is no JSON (the contract’s 202 may be empty)', () => {
    expect(judged(true, 202, 'text/plain')).toBeNull();
    expect(judged(true, 202, '')).toBeNull();
  });

  it('is described by status and error types, never by the messages, which may quote what we sent', () => {
    const body = { errors: [{ type: 'BAD_REQUEST', source: 'chat', message: 'no chat 5491150001234' }, { message: 'secret text' }, null] };
    const problem = answerProblem('send-messages', true, { status: 400, body }, 'application/json');
    expect(problem?.details).toEqual({ operation: 'send-messages', httpStatus: 400, errorTypes: 'BAD_REQUEST,?,?' });
    expect(JSON.stringify([problem?.details, problem?.message])).not.toMatch(/5491150001234|secret/);
  });

  it('with a body of any shape is judged without throwing', () => {
    for (const body of [null, 'text', 7, [], { errors: 'x' }, { errors: [[], 1, 'x', { type: {} }] }, { errors: Array.from({ length: 5000 }, () => ({ type: 'y'.repeat(500) })) }]) {
      const details = answerProblem('send-messages', true, { status: 400, body }, '')?.details;
      expect(String(details?.['errorTypes']).length).toBeLessThanOrEqual(200);
    }
  });
});
