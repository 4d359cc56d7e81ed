import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Metrics, Upstreams } from '../../src/platform/index.js';
import { Talk } from '../support/talk.js';
import { until } from '../support/until.js';

/*
 * Botmaker is down for a while, and many customers write. Nobody's answer is lost or said twice, and Botmaker is not stormed
 * with retries while it is down, nor when it comes back.
 */
/** So many that a tenth is more than the sends that are under way when the breaker opens: each of them has failed, and must be made again. */
const customers = 250;

let talk: Talk;
beforeAll(async () => {
  talk = await Talk.start({}, { CIRCUIT_OPEN_MS: '5000' });
});
afterAll(() => talk.stop());

/** How often Botmaker was asked to send, whether somebody listened or not. */
async function attempts(kind: 'first' | 'retry'): Promise<number> {
  const { values } = await talk.app.app.get(Metrics).upstreamAttempts.get();
  return values.find(({ labels }) => labels.upstream === 'botmaker-send' && labels.kind === kind)?.value ?? 0;
}

describe('while Botmaker is down', () => {
  it('answers wait, its breaker keeps it from being stormed, and when it is back each is delivered once', async () => {
    await talk.gate.close();
    const chats = Array.from({ length: customers }, (_, n) => talk.ask([`respuesta ${n}`]));
    const upstreams = talk.app.app.get(Upstreams);
    await until(() => upstreams.restMs('botmaker-send') > 0, 'the breaker to open', 120_000);
    await until(async () => (await talk.app.prisma.message.count({ where: { state: { in: ['planned', 'retrying'] } } })) >= customers / 3, 'answers to wait', 120_000);
    await talk.gate.open();
    for (const [n, chat] of chats.entries()) {
      await talk.became(chat, ['read'], 120_000);
      expect(talk.sent(chat)).toEqual([`respuesta ${n}`]);
    }
    const [first, retries] = [await attempts('first'), await attempts('retry')];
    expect(first).toBe(customers);
    expect(retries).toBeGreaterThan(0);
    expect(first + retries).toBeLessThanOrEqual(1.1 * first);
  }, 400_000);
});
