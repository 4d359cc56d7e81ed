import { v7 } from 'uuid';
import type { Prisma, PrismaClient } from '../../src/generated/prisma/client.js';

/** Where one seeded conversation begins and what it is called. */
export interface StoryOptions {
  botmakerChatId?: string;
  channelId?: string;
  contactId?: string;
  name?: string;
  /** Time of the first message; everything else follows within ten minutes. */
  startsAt?: Date;
  question?: string;
}

export interface SeededStory {
  chatId: string;
  runId: string;
  messageIds: [string, string];
  correlationId: string;
}

/**
 * One conversation with everything an analyst asks about: a message the flow answered, a hand-off, a burst of two questions,
 * a turn with an answer of two parts (one read, one delivered), an operator who takes over, and a message that is then not ours.
 */
export async function seedStory(prisma: PrismaClient, options: StoryOptions = {}): Promise<SeededStory> {
  const story: SeededStory = { chatId: v7(), runId: v7(), messageIds: [v7(), v7()], correlationId: v7() };
  const start = (options.startsAt ?? new Date('2026-03-02T14:00:00Z')).getTime();
  const at = (seconds: number): Date => new Date(start + seconds * 1000);
  await seedChat(prisma, story, options, at);
  await seedTurn(prisma, story, at);
  const eventIds = await seedEvents(prisma, story, options, at);
  await prisma.entry.createMany({ data: entriesOf(story, eventIds, at) });
  return story;
}

type At = (seconds: number) => Date;

async function seedChat(prisma: PrismaClient, story: SeededStory, options: StoryOptions, at: At): Promise<void> {
  await prisma.chat.create({
    data: {
      id: story.chatId,
      platform: 'whatsapp',
      channelId: options.channelId ?? 'acmebot-whatsapp-5491150000001',
      contactId: options.contactId ?? '5491150001234',
      botmakerChatId: options.botmakerChatId ?? 'K7Q2M9X4T1B8V5N3C6Z0',
      name: options.name ?? 'Ana Prueba',
      createdAt: at(0),
      conversation: {
        create: {
          owner: 'human', ownerReason: 'owned-by-human', ownerSince: at(300), lastCustomerAt: at(420), lastOperatorAt: at(300),
          windowClosesAt: at(420 + 86_400), createdAt: at(0), updatedAt: at(420),
        },
      },
    },
  });
}

async function seedTurn(prisma: PrismaClient, story: SeededStory, at: At): Promise<void> {
  const { chatId, runId, correlationId, messageIds } = story;
  await prisma.turn.create({
    data: {
      runId, chatId, correlationId, state: 'finished', outcome: 'answered', attempts: 1, startsAt: at(64), firstMailAt: at(60), createdAt: at(61),
      startedAt: at(64.1), finishedAt: at(66.3), decision: { kind: 'answer', parts: 2 }, usage: { inputTokens: 812, outputTokens: 96 },
    },
  });
  const texts = ['Los envíos a domicilio tardan entre 24 y 72 horas hábiles.', 'Podés seguir el tuyo en *Mis pedidos* con el número que te llegó por correo.'];
  const shared = { runId, chatId, correlationId, kind: 'text', content: {}, attempts: 1, notificationId: `tx-${runId}`, createdAt: at(66.3), sendingAt: at(66.4), acceptedAt: at(66.9) };
  await prisma.message.createMany({
    data: [
      { ...shared, id: messageIds[0], part: 0, text: texts[0] ?? '', state: 'read', remoteId: `A-${messageIds[0]}`, confirmedAt: at(67.4) },
      { ...shared, id: messageIds[1], part: 1, text: texts[1] ?? '', state: 'delivered', remoteId: `A-${messageIds[1]}`, confirmedAt: at(67.8) },
    ],
  });
  await prisma.delivery.create({ data: { chatId, runId, messageIds, attempt: 1, outcome: 'accepted', httpStatus: 202, startedAt: at(66.4), endedAt: at(66.9) } });
}

async function seedEvents(prisma: PrismaClient, story: SeededStory, options: StoryOptions, at: At): Promise<bigint[]> {
  const { chatId, runId, messageIds } = story;
  const message = (author: string, seconds: number, text: string, more: Partial<Prisma.EventCreateManyInput> = {}): Prisma.EventCreateManyInput => ({
    key: v7(), chatId, kind: 'message', author, state: 'read', text, content: { text }, occurredAt: at(seconds), receivedAt: at(seconds + 0.4), ...more,
  });
  const rows = await prisma.event.createManyAndReturn({
    data: [
      message('customer', 0, 'Hola', { state: 'ignored', reason: 'not-handed-off' }),
      message('flow', 2, '¡Hola! Soy el asistente. ¿En qué te ayudo? 1) Pedidos 2) Sucursales'),
      message('customer', 60, options.question ?? '¿Cuánto tarda el envío?', { runId }),
      message('customer', 61, 'es para Rosario', { runId }),
      message('agent', 67, 'Los envíos a domicilio tardan entre 24 y 72 horas hábiles.', { remoteId: `A-${messageIds[0]}` }),
      message('operator', 300, 'Hola, te sigo atendiendo yo', { content: { text: 'Hola, te sigo atendiendo yo', authorName: 'Olga Operadora' } }),
      message('customer', 420, 'gracias', { state: 'ignored', reason: 'owned-by-human' }),
      { key: v7(), kind: 'quarantined', state: 'quarantined', reason: 'not-json', content: {}, occurredAt: at(500), receivedAt: at(500) },
    ],
    select: { id: true },
  });
  return rows.map((row) => row.id);
}

function entriesOf({ chatId, runId, messageIds, correlationId }: SeededStory, eventIds: bigint[], at: At): Prisma.EntryCreateManyInput[] {
  const entry = (seconds: number, type: string, detail: Prisma.InputJsonObject, refs: Partial<Prisma.EntryCreateManyInput> = {}): Prisma.EntryCreateManyInput => ({
    at: at(seconds), type, chatId, correlationId, detail, ...refs,
  });
  const event = (index: number): Partial<Prisma.EntryCreateManyInput> => ({ eventId: eventIds[index] ?? null });
  const run = { runId };
  const accepted = { kind: 'message', author: 'customer', door: 'webhook', backfill: false };
  return [
    entry(0.4, 'inbox.accepted', accepted, event(0)),
    entry(0.5, 'mail.ignored', { owner: 'flow' }, { ...event(0), reason: 'not-handed-off' }),
    entry(2.4, 'inbox.accepted', { ...accepted, author: 'flow' }, event(1)),
    entry(60.4, 'inbox.accepted', accepted, event(2)),
    entry(60.4, 'chat.owner-changed', { from: 'flow', to: 'agent' }),
    entry(60.5, 'turn.queued', { startsInMs: 1500 }, run),
    entry(61.4, 'inbox.accepted', accepted, event(3)),
    entry(61.5, 'turn.extended', { startsInMs: 1500 }, run),
    entry(61.9, 'inbox.duplicate', { kind: 'message', door: 'webhook' }, { ...event(3), reason: 'duplicate' }),
    entry(64.1, 'turn.started', { attempt: 1, mail: 2, model: 'openai:gpt-5-mini' }, run),
    entry(65.2, 'agent.step', { node: 'search', ms: 41, inputTokens: 0, outputTokens: 0, passages: ['envios#plazos'] }, run),
    entry(66.2, 'agent.step', { node: 'model', ms: 1630, inputTokens: 812, outputTokens: 96, passages: [] }, run),
    entry(66.2, 'turn.decided', { decision: 'answer', parts: 2, ms: 2100, repaired: false }, run),
    ...messageIds.map((messageId, part) => entry(66.3, 'outbox.queued', { kind: 'text', part }, { ...run, messageId })),
    entry(66.3, 'turn.finished', { outcome: 'answered', ms: 2200 }, { ...run, reason: 'answered' }),
    entry(66.4, 'delivery.attempted', { attempt: 1, parts: 2 }, run),
    entry(66.9, 'delivery.accepted', { attempt: 1, httpStatus: 202, ms: 480 }, run),
    entry(67.4, 'message.confirmed', { by: 'payload' }, { ...run, messageId: messageIds[0] }),
    entry(69, 'message.delivered', {}, { ...run, messageId: messageIds[0] }),
    entry(69.2, 'message.delivered', {}, { ...run, messageId: messageIds[1] }),
    entry(75, 'message.read', {}, { ...run, messageId: messageIds[0] }),
    entry(300.4, 'inbox.accepted', { ...accepted, author: 'operator' }, event(5)),
    entry(300.4, 'chat.owner-changed', { from: 'agent', to: 'human' }, { reason: 'owned-by-human' }),
    entry(420.4, 'inbox.accepted', accepted, event(6)),
    entry(420.5, 'mail.ignored', { owner: 'human' }, { ...event(6), reason: 'owned-by-human' }),
    entry(500, 'inbox.quarantined', { door: 'webhook', detail: '12 characters are not JSON' }, { ...event(7), chatId: null, reason: 'not-json' }),
  ];
}
