import { Injectable } from '@nestjs/common';
import { reasonText } from '../../correlation/index.js';
import { Database } from '../../platform/index.js';

/** What became of one message of a customer. */
export interface Handling {
  state: 'waiting' | 'thinking' | 'sending' | 'done' | 'ignored' | 'problem';
  /** In words; null while it is under way. */
  outcome: string | null;
  runId: string | null;
  eventId: string;
}

const newest = 120;

/** Answers "what became of what the customer wrote?" for one chat. */
@Injectable()
export class HandlingReadModel {
  constructor(private readonly database: Database) {}

  /** By Botmaker's id of the message. */
  async of(botmakerChatId: string): Promise<Map<string, Handling>> {
    const { prisma } = this.database;
    const events = await prisma.event.findMany({
      where: { chat: { botmakerChatId }, kind: 'message', author: 'customer' },
      orderBy: { id: 'desc' },
      take: newest,
      select: { id: true, remoteId: true, state: true, reason: true, runId: true },
    });
    const runIds = [...new Set(events.flatMap(({ runId }) => (runId === null ? [] : [runId])))];
    const turns = await prisma.turn.findMany({
      where: { runId: { in: runIds } },
      select: { runId: true, state: true, outcome: true, reason: true, messages: { select: { state: true, doubtUntil: true } } },
    });
    const byRun = new Map(turns.map((turn) => [turn.runId, turn]));
    return new Map(
      events.flatMap(({ id, remoteId, ...event }) => (remoteId === null ? [] : [[remoteId, { eventId: id.toString(), ...handlingOf(event, byRun.get(event.runId ?? '')) }]])),
    );
  }
}

interface TurnEnd {
  state: string;
  outcome: string | null;
  reason: string | null;
  messages: { state: string; doubtUntil: Date | null }[];
}

/** What stands between an answer and its customer, the worst first. */
const problems: Record<string, string> = { dead: 'La respuesta no se entregó', unknown: 'No se sabe si llegó la respuesta', expired: 'La respuesta venció sin salir', held: 'La respuesta está retenida' };
const underWay = new Set(['planned', 'sending', 'retrying']);

export function handlingOf({ state, reason, runId }: { state: string; reason: string | null; runId: string | null }, turn: TurnEnd | undefined): Omit<Handling, 'eventId'> {
  if (state === 'ignored' || state === 'quarantined') return { state: 'ignored', outcome: reason === null ? null : reasonText(reason, 'es'), runId };
  if (!turn) return { state: 'waiting', outcome: null, runId };
  if (turn.state === 'queued' || turn.state === 'running') return { state: 'thinking', outcome: null, runId };
  const states = turn.messages.map((message) => message.state);
  const problem = Object.keys(problems).find((name) => states.includes(name));
  if (problem !== undefined) return { state: 'problem', outcome: problems[problem] ?? null, runId };
  if (turn.messages.some((message) => message.state === 'sending' && message.doubtUntil !== null)) return { state: 'problem', outcome: 'Envío en duda: se espera el eco', runId };
  if (states.some((name) => underWay.has(name))) return { state: 'sending', outcome: null, runId };
  const code = turn.outcome ?? turn.reason;
  return { state: 'done', outcome: code === null ? null : reasonText(code, 'es'), runId };
}
