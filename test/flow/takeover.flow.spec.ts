import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { TwoWorkers } from '../support/two-workers.js';
import { until } from '../support/until.js';

/* What a turn costs whose worker is gone: each story takes the turn from the worker that has it. */
describe('a turn whose worker is gone', () => {
  let workers: TwoWorkers;
  beforeAll(async () => {
    workers = await TwoWorkers.start();
  }, 60_000);
  afterAll(() => workers.stop());
  afterEach(() => {
    expect(workers.app.twin.violations).toEqual([]);
    workers.model.reset();
  });

  it('after the model answered and before that was stored, is ended by another without asking the model again', async () => {
    const answer = workers.holdModel();
    const chat = workers.ask('¿hacen envíos raros?');
    await workers.asked(1);
    const { runId } = await workers.turnIn(chat, 'running');
    await workers.beforeEnd(chat, async () => {
      answer({ text: 'Sí, hacemos envíos.' });
      await workers.kept(runId);
      await workers.loseWorker(runId);
    });
    expect(await workers.said(chat)).toEqual(['Sí, hacemos envíos.']);
    expect(workers.model.requests).toHaveLength(1);
    expect(await workers.turns(chat)).toMatchObject([{ state: 'finished', outcome: 'answered', attempts: 2 }]);
    // The call is in the story of the turn although another worker made it: what was paid is not lost.
    const steps = await workers.entries(runId, 'agent.step');
    expect(steps.map(({ detail }) => (detail as { node: string }).node)).toEqual(['recall', 'ask-model', 'interpret']);
    expect((steps[1]?.detail as { inputTokens: number }).inputTokens).toBeGreaterThan(0);
  });

  it('in the middle of its second call, repeats that call and not the first, and the lost worker hangs up', async () => {
    workers.model.script({ toolCalls: [{ name: 'search_knowledge', arguments: { query: 'envíos' } }] }, { text: 'Nadie lo lee.', stallMs: Infinity }, { text: 'Con lo que encontré.' });
    const chat = workers.ask('¿y los envíos?');
    await workers.asked(2);
    const { runId } = await workers.turnIn(chat, 'running');
    await workers.loseWorker(runId);
    expect(await workers.said(chat)).toEqual(['Con lo que encontré.']);
    expect(workers.model.requests).toHaveLength(3);
    expect(workers.model.requests[2]?.body.messages).toEqual(workers.model.requests[1]?.body.messages);
    await until(() => workers.model.requests[1]?.aborted, 'the lost worker to hang up');
  });

  it('begins anew when what was kept is of another version of the program', async () => {
    const answer = workers.holdModel();
    const chat = workers.ask('¿qué versión?');
    await workers.asked(1);
    const { runId } = await workers.turnIn(chat, 'running');
    await workers.beforeEnd(chat, async () => {
      answer({ text: 'De la versión anterior.' });
      await workers.kept(runId);
      await workers.app.prisma.$executeRaw`UPDATE langgraph.checkpoint_blobs SET type = 'agent-of-another-version' WHERE thread_id = ${runId}`;
      workers.model.script({ text: 'De la nueva.' });
      await workers.loseWorker(runId);
    });
    expect(await workers.said(chat)).toEqual(['De la nueva.']);
    expect(workers.model.requests).toHaveLength(2);
  });

  it('leaves nothing of what was said behind when it ends, also what a lost worker wrote too late', async () => {
    workers.model.script({ text: 'Listo.' });
    const chat = workers.ask('¿queda algo?');
    await workers.said(chat);
    const { runId } = await workers.turnIn(chat, 'finished');
    expect(await workers.checkpoints(runId)).toBe(0);
    const { LeftoverCheckpoints } = await import('../../src/conversation/leftover-checkpoints.job.js');
    await workers.app.prisma.$executeRaw`INSERT INTO langgraph.checkpoint_blobs (thread_id, channel, version, type, blob) VALUES (${runId}, 'messages', '1', 'agent', 'lo que dijo')`;
    await workers.app.app.get(LeftoverCheckpoints).look();
    expect(await workers.checkpoints(runId)).toBe(0);
  });

  it('is with another one within the lease and two seconds, by the database’s clock', async () => {
    workers.model.script({ stallMs: Infinity, text: '' }, { text: 'Tomé la posta.' });
    const chat = workers.ask('¿quién sigue?');
    await workers.asked(1);
    const { runId } = await workers.turnIn(chat, 'running');
    await workers.loseWorker(runId);
    const [{ now }] = (await workers.app.prisma.$queryRaw<[{ now: Date }]>`SELECT clock_timestamp() AS now`);
    expect(await workers.said(chat)).toEqual(['Tomé la posta.']);
    const starts = await workers.entries(runId, 'turn.started');
    expect(starts).toHaveLength(2);
    // The look-out looks every second and the queue every 100 ms; a machine that is busy with other things gets a little more.
    expect(starts[1]!.at.getTime() - now.getTime()).toBeLessThan(5000);
  });

  it('is one of many that a dead process had: each is taken over and answered, because a death is no failure of the model’s', async () => {
    const questions = Array.from({ length: 10 }, (_, n) => `¿y el pedido ${n}?`);
    let calls = 0;
    workers.model.script(() => (calls++ < questions.length ? { stallMs: Infinity, text: '' } : { text: 'Sigo yo.' }));
    const chats = questions.map((question) => workers.ask(question));
    await workers.asked(questions.length);
    const turns = await Promise.all(chats.map((chat) => workers.turnIn(chat, 'running')));
    await Promise.all(turns.map(({ runId }) => workers.loseWorker(runId)));
    for (const chat of chats) expect(await workers.said(chat)).toEqual(['Sigo yo.']);
    // None was told to wait, as too many retries would be.
    expect(await workers.app.prisma.entry.count({ where: { type: 'turn.released', runId: { in: turns.map(({ runId }) => runId) } } })).toBe(0);
  });
});

describe('a turn that breaks whoever tries it', () => {
  let workers: TwoWorkers;
  beforeAll(async () => {
    workers = await TwoWorkers.start({ env: { DEBOUNCE_MS: '1500', DEBOUNCE_CAP_MS: '3000' } });
  }, 60_000);
  afterAll(() => workers.stop());

  it('by ending three processes is dead: the customer gets the fallback, the chat goes back, and the next message is answered', async () => {
    workers.model.script(({ body }) => (JSON.stringify(body.messages.at(-1)).includes('veneno') ? { stallMs: Infinity, text: '' } : { text: 'Esto sí.' }));
    const chat = workers.ask('un mensaje con veneno');
    for (let process = 1; process <= 3; process++) {
      await workers.asked(process);
      const { runId } = await workers.turnIn(chat, 'running');
      await workers.loseWorker(runId);
    }
    const { runId } = await workers.turnIn(chat, 'failed');
    expect(await workers.turns(chat)).toMatchObject([{ state: 'failed', outcome: null, reason: 'poison', attempts: 3 }]);
    expect(workers.model.requests).toHaveLength(3);
    expect(await workers.said(chat)).toEqual([expect.stringMatching(/^Disculpá/)]);
    await until(async () => (await workers.ownerOf(chat)).owner === 'flow', 'the chat to be with the flow');
    expect(await workers.log(runId)).toEqual(expect.arrayContaining(['turn.failed', 'turn.dead', 'outbox.queued', 'chat.owner-changed']));

    await until(() => workers.app.twin.chat(chat)?.isBotMuted === false, 'the bot to be unmuted');
    workers.app.twin.customerWrites(workers.app.twin.chat(chat)!.contactId, 'otra consulta rara');
    await until(async () => (await workers.said(chat)).includes('Esto sí.'), 'the next message to be answered', 20_000);
  }, 60_000);

  it('with mail that can not even be read is dead as well, is shown to people, and is no part of any later turn', async () => {
    workers.model.reset();
    workers.model.script({ text: 'Sin el anterior.' });
    const chat = workers.ask('un mensaje roto');
    const { runId } = await workers.turnIn(chat, 'queued');
    // As a defect of ours would make it: no reader of contents survives this one.
    await workers.app.prisma.$executeRaw`UPDATE event SET content = 'null'::jsonb WHERE chat_id = (SELECT chat_id FROM turn WHERE run_id = ${runId}::uuid) AND author = 'customer'`;
    await workers.turnIn(chat, 'failed');
    expect(workers.model.requests).toEqual([]);
    expect(await workers.said(chat)).toEqual([expect.stringMatching(/^Disculpá/)]);
    expect(await workers.app.prisma.event.findMany({ where: { runId } })).toMatchObject([{ state: 'quarantined', reason: 'poison' }]);
    const { body } = await workers.app.api<{ turn: { state: string; reasonText: { es: string } }; entries: { type: string }[] }>(`/api/v1/turns/${runId}`);
    expect(body.turn).toMatchObject({ state: 'failed', reasonText: { es: 'Falló tres veces' } });
    expect(body.entries.filter(({ type }) => type === 'turn.failed')).toHaveLength(3);
    expect(await workers.app.prisma.$queryRaw`SELECT state, reason, outcome FROM analytics.turns WHERE run_id = ${runId}::uuid`).toEqual([{ state: 'failed', reason: 'poison', outcome: null }]);

    await until(() => workers.app.twin.chat(chat)?.isBotMuted === false, 'the bot to be unmuted');
    workers.app.twin.customerWrites(workers.app.twin.chat(chat)!.contactId, 'y ahora esta rareza');
    await until(async () => (await workers.said(chat)).includes('Sin el anterior.'), 'the next message to be answered', 20_000);
  }, 60_000);
});
