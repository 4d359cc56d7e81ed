import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BadRequestException, Body, Controller, Get, InternalServerErrorException, NotFoundException, Param, Post } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { FastifyInstance } from 'fastify';
import { installBodyParsers } from '../http/body-parsers.js';
import { AppErrorFilter } from './app-error.filter.js';
import { AppError, errorKinds, type ErrorKind } from './app-error.js';
import { errorPolicy } from './error-policy.js';

const words = 'select * from customers where phone = 549115000';
const thrown: Record<string, () => unknown> = {
  bug: () => new TypeError(words),
  database: () => Object.assign(new Error(words), { code: 'ECONNREFUSED' }),
  nest: () => new InternalServerErrorException(words),
  plugin: () => Object.assign(new Error(words), { statusCode: 502 }),
  text: () => words,
  missing: () => new NotFoundException('there is no such page'),
  rules: () => new BadRequestException(['limit must not be greater than 500', 'from must be a date']),
};

@Controller()
class Thrower {
  @Get('throws/:what')
  throws(@Param('what') what: string): never {
    throw thrown[what]?.() ?? new Error('nothing to throw');
  }

  @Get('kind/:kind')
  ofKind(@Param('kind') kind: ErrorKind): never {
    throw new AppError(kind, `room.${kind}`, `words of ${kind}`, { details: { secret: words }, cause: new Error(words) });
  }

  @Post('echo')
  echo(@Body() body: unknown): unknown {
    return { body };
  }
}

describe('the answer to an error', () => {
  let app: NestFastifyApplication;
  let address: string;

  beforeAll(async () => {
    const module = await Test.createTestingModule({ controllers: [Thrower] }).compile();
    const adapter = new FastifyAdapter({ genReqId: () => 'the-correlation-id' });
    app = module.createNestApplication<NestFastifyApplication>(adapter, { bodyParser: false, logger: false });
    app.useGlobalFilters(new AppErrorFilter());
    installBodyParsers(adapter.getInstance() as unknown as FastifyInstance, { prefix: '/door/', limit: 10 });
    await app.listen(0, '127.0.0.1');
    address = await app.getUrl();
  });
  afterAll(() => app.close());

  const get = async (path: string): Promise<{ status: number; body: Record<string, unknown> }> => {
    const response = await fetch(`${address}${path}`);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const post = (body: string, type = 'application/json'): Promise<Response> => fetch(`${address}/echo`, { method: 'POST', body, headers: { 'content-type': type } });

  it.each(errorKinds)('has the status of the kind %s, the code, and the correlation id', async (kind) => {
    const { status, body } = await get(`/kind/${kind}`);
    expect(status).toBe(errorPolicy[kind].http);
    const message = status >= 500 ? 'something went wrong on our side' : `words of ${kind}`;
    expect(body).toEqual({ code: `room.${kind}`, message, correlationId: 'the-correlation-id' });
  });

  it.each([['bug', 500], ['database', 503], ['nest', 500], ['plugin', 500], ['text', 500]])(
    'keeps the words of an internal error (%s) in the log',
    async (what, status) => {
      const answer = await get(`/throws/${what}`);
      expect(answer.status).toBe(status);
      expect(answer.body).toMatchObject({ message: 'something went wrong on our side', correlationId: 'the-correlation-id' });
      expect(JSON.stringify(answer.body)).not.toContain('customers');
    },
  );

  it('names the fields of a wrong request', async () => {
    expect(await get('/throws/rules')).toEqual({
      status: 400,
      body: {
        code: 'http.invalid', message: 'limit must not be greater than 500; from must be a date',
        fields: ['limit must not be greater than 500', 'from must be a date'], correlationId: 'the-correlation-id',
      },
    });
  });

  it('is the same for what Nest and Fastify refuse themselves', async () => {
    expect(await get('/throws/missing')).toMatchObject({ status: 404, body: { code: 'http.refused', message: 'there is no such page' } });
    expect(await get('/nowhere')).toMatchObject({ status: 404, body: { code: 'http.refused', correlationId: 'the-correlation-id' } });
  });

  it('is 400 for a body that is not JSON, however deep it is broken', async () => {
    for (const body of ['{', '[1,', '['.repeat(15_000), '\u0000', '{"a":undefined}']) {
      const response = await post(body);
      expect([response.status, await response.json()]).toEqual([400, { code: 'http.refused', message: 'the body is not valid JSON', correlationId: 'the-correlation-id' }]);
    }
  });

  it('is 413 for a body above 16 KiB, and the connection ends: the rest is not read', async () => {
    const response = await post(`"${'x'.repeat(16 * 1024)}"`);
    expect([response.status, response.headers.get('connection')]).toEqual([413, 'close']);
  });

  it('is none at all for JSON and forms, without the names that poison objects', async () => {
    const bodyOf = async (response: Response): Promise<unknown> => ((await response.json()) as { body: unknown }).body;
    expect(await bodyOf(await post('{"a":{"__proto__":{"admin":true},"constructor":1,"b":2}}'))).toEqual({ a: { b: 2 } });
    expect(await bodyOf(await post('a=1&b=%C3%B1', 'application/x-www-form-urlencoded'))).toEqual({ a: '1', b: 'ñ' });
  });
});
