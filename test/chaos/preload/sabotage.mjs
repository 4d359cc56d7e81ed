// node --import: takes one of the product's safeguards away (CHAOS_SABOTAGE). A test that still passes then proves nothing.
import { register } from 'node:module';
import { wrap } from './wrap.mjs';

const sender = [['build/botmaker/sending/botmaker-sender.client.js', 'BotmakerSender', 'sendMessages']];
const door = [['build/inbox/envelope-intake.service.js', 'EnvelopeIntake', 'accept'], ['build/inbox/envelope.store.js', 'EnvelopeStore', 'accept']];
const pause = (ms) => new Promise((go) => setTimeout(go, ms));

const sabotages = {
  /** Whoever gets no answer simply asks again. */
  'naive-retry': () =>
    wrap('naive-retry', sender, (call) => call().catch((error) => (error.kind === 'outcome-unknown' ? call() : Promise.reject(error)))),

  /** Nobody looks at the clock before he writes. */
  'no-self-abort': () =>
    wrap('no-self-abort', sender, (call, args) => call(...args.map((argument) => (typeof argument === 'function' ? () => undefined : argument)))),

  /** Readers look whether an event is known and then store it, and do not exclude each other. */
  'check-then-insert': async () => {
    await wrap('check-then-insert', [['build/inbox/envelope.store.js', 'EnvelopeStore', 'lockUnread']], (_call, [tx, limit]) => tx.envelope.findMany({ where: { readAt: null }, orderBy: { id: 'asc' }, take: limit }));
    await wrap('check-then-insert', [['build/inbox/event.store.js', 'EventStore', 'insertNew']], async (_call, [tx, events]) => {
      const known = await tx.event.findMany({ where: { key: { in: events.map(({ key }) => key) } }, select: { key: true } });
      const isKnown = new Set(known.map(({ key }) => key));
      await pause(50);
      const stored = [];
      for (const event of events) if (!isKnown.has(event.key)) stored.push(await tx.event.create({ data: event, select: { id: true, key: true } }));
      return new Map(stored.map(({ id, key }) => [key, id]));
    });
  },

  /** Readers do not exclude each other; the unique key is all there is. */
  'no-reader-lock': () =>
    wrap('no-reader-lock', [['build/inbox/envelope.store.js', 'EnvelopeStore', 'lockUnread']], (_call, [tx, limit]) => tx.envelope.findMany({ where: { readAt: null }, orderBy: { id: 'asc' }, take: limit })),

  /** The body is acknowledged first and stored a little later. */
  'early-200': () =>
    wrap('early-200', door, (call) => {
      setTimeout(() => call().catch(() => undefined), 1000);
      return Promise.resolve();
    }),

  /** Everybody's X-Forwarded-For is believed. */
  'trust-proxy': () => register('./rewrite.mjs', import.meta.url, { data: { file: '/build/create-app.js', find: /trustProxy: trusted\([^)]*\)/.source, put: 'trustProxy: true' } }),
};

const name = process.env.CHAOS_SABOTAGE;
if (name) await sabotages[name]();
