// The sides that are compared. Each starts a server of its own over a fresh database: `start({ databaseUrl, stubs })`.
import { startServer } from './child.mjs';
import { startProduct, token } from './product.mjs';

const tutorial = (waitMs) => ({
  what: `Express 5 + axios, agent called inline, nothing stored; model ${waitMs} ms`,
  stores: false,
  start: ({ stubs }) => startServer('./servers/tutorial.mjs', { TOKEN: token, MODEL_URL: `${stubs}/model/chat/completions?wait=${waitMs}`, BOTMAKER_URL: `${stubs}/v2.0` }),
});

const fastify = (file, env = {}) => ({ databaseUrl }) => startServer(file, { TOKEN: token, DATABASE_URL: databaseUrl, ...env });

export const sides = {
  product: {
    what: 'the product, role `api`: acknowledges and stores',
    stores: true,
    start: ({ databaseUrl, stubs }) => startProduct('api', { databaseUrl, botmaker: stubs }),
  },
  'product-all': {
    what: 'the product, role `all`: the same process also reads what it stores',
    stores: true,
    start: ({ databaseUrl, stubs }) => startProduct('all', { databaseUrl, botmaker: stubs }),
  },
  'tutorial-0': tutorial(0),
  'tutorial-800': tutorial(800),
  'fastify-insert': { what: 'plain Fastify + one INSERT per request (pool of 10)', stores: true, start: fastify('./servers/fastify-insert.mjs') },
  'fastify-batch': { what: 'bare Fastify + batched INSERT: the upper bound', stores: true, start: fastify('./servers/fastify-batch.mjs') },
  'fastify-batch-job': {
    what: 'the same, and the statement also enqueues the reading job, as the product’s does',
    stores: true,
    start: fastify('./servers/fastify-batch.mjs', { ENQUEUE: '1' }),
  },
};

/** What each of the product's sides is divided by. */
export const rivals = Object.keys(sides).filter((name) => !name.startsWith('product'));
