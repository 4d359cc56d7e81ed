import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { channelsFile } from '../support/channels-file.js';
import { TwoWorkers } from '../support/two-workers.js';
import { until } from '../support/until.js';

const ms = 1500;
const questionMs = 600;
const fragmentMs = 2500;
const capMs = 4000;
const channels = `
defaults:
  debounce: { questionMs: ${questionMs}, fragmentMs: ${fragmentMs}, capMs: ${capMs} }
channels:
  - id: acmebot-webchat-null
    debounce: { ms: 10, questionMs: 0, fragmentMs: 20 }
`;

interface Wait {
  runId: string;
  /** From the first and from the last message that it reads to the moment at which it was to begin. */
  fromFirstMs: number;
  fromLastMs: number;
  texts: (string | null)[];
}

/* How long a turn waits for more: measured between the rows, so that a busy machine changes nothing. */
describe('a burst', () => {
  let workers: TwoWorkers;
  let chat: string;
  beforeAll(async () => {
    workers = await TwoWorkers.start({ env: { DEBOUNCE_MS: String(ms), DEBOUNCE_CAP_MS: '6000', CHANNELS_FILE: channelsFile(channels) } });
  }, 180_000);
  afterAll(() => workers.stop());

  /** A customer whose chat is with the agent, and who has been answered once. */
  const begin = async (channelId?: string): Promise<void> => {
    workers.model.reset();
    chat = workers.ask('una consulta rara.', channelId);
    await waited(1);
  };
  const write = (text: string): void => workers.writeAgain(chat, text);
  const waited = (turns: number): Promise<Wait> =>
    until(async () => {
      const ended = (await workers.app.prisma.turn.findMany({ where: { chat: { botmakerChatId: chat }, state: 'finished' }, orderBy: { createdAt: 'asc' } }))[turns - 1];
      if (!ended) return null;
      const events = await workers.app.prisma.event.findMany({ where: { runId: ended.runId }, orderBy: { receivedAt: 'asc' } });
      const since = (at: Date | undefined): number => ended.startsAt.getTime() - at!.getTime();
      return { runId: ended.runId, fromFirstMs: since(events[0]?.receivedAt), fromLastMs: since(events.at(-1)?.receivedAt), texts: events.map(({ text }) => text) };
    }, `${turns} finished turn(s)`, 60_000);
  const put = (text: string): Promise<unknown> => until(() => workers.app.prisma.event.findFirst({ where: { chat: { botmakerChatId: chat }, text } }), `"${text}" to be stored`);

  beforeEach(() => begin());

  it.each([
    ['a clear question, is over soon', '¿hacen envíos a Córdoba?', questionMs],
    ['a greeting, waits for what the greeting is about', 'hola', fragmentMs],
    ['a fragment, waits for the rest', 'quería preguntar por', fragmentMs],
    ['a sentence, is over after the usual silence', 'no me llegó el pedido que hice', ms],
  ])('of %s', async (_what, text, pause) => {
    write(text);
    expect(await waited(2)).toMatchObject({ texts: [text], fromLastMs: pause });
  });

  it('that begins with a greeting is over as soon as the question is asked, and gets one answer', async () => {
    write('hola');
    await put('hola');
    write('¿cuánto sale el envío?');
    const { texts, fromLastMs, runId } = await waited(2);
    expect(texts).toEqual(['hola', '¿cuánto sale el envío?']);
    expect(fromLastMs).toBe(questionMs);
    expect(await workers.log(runId)).toEqual(expect.arrayContaining(['turn.queued', 'turn.extended']));
    expect(await workers.turns(chat)).toHaveLength(2);
  });

  it('of a customer who writes in pieces is over at the cap at the latest', async () => {
    const pieces = ['quería', 'preguntarte', 'si la', 'heladera', 'que', 'compré'];
    for (const piece of pieces) {
      write(piece);
      await put(piece);
    }
    const { fromFirstMs, fromLastMs } = await waited(2);
    expect(fromFirstMs).toBeLessThanOrEqual(capMs);
    expect(fromLastMs).toBeLessThanOrEqual(fragmentMs);
  });

  it('is waited for as its line says', async () => {
    await begin('acmebot-webchat-null');
    write('hola');
    expect(await waited(2)).toMatchObject({ texts: ['hola'], fromLastMs: 20 });
  });
});
