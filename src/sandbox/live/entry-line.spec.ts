import { describe, expect, it } from '@jest/globals';
import { entryWords, type EntryView } from '../../correlation/index.js';
import { entryLine, wordsOf } from './entry-line.js';

const entry = (type: string, detail: object = {}, more: Partial<EntryView> = {}): EntryView => ({
  id: '7', at: new Date('2026-03-02T14:00:00Z'), type, reason: null, reasonText: null, chatId: null, botmakerChatId: 'K7', channelId: null, contactId: null, runId: null,
  eventId: null, messageId: null, correlationId: null, text: null, detail, ...more,
});
const line = (type: string, detail?: object, more?: Partial<EntryView>): string => {
  const { title, detail: facts, reason } = entryLine(entry(type, detail, more));
  return [title, facts, reason].filter(Boolean).join(' · ');
};

describe('a line of the log', () => {
  it('has words and a tone for every type of entry', () => {
    for (const type of Object.keys(entryWords)) {
      const { title, tone } = entryLine(entry(type));
      expect(title).not.toBe(type);
      expect(tone).toBeTruthy();
    }
  });

  it('says what came in, from whom, and by which door', () => {
    expect(line('inbox.accepted', { kind: 'message', author: 'customer', door: 'webhook', backfill: false })).toBe('Aviso de Botmaker recibido · mensaje del cliente');
    expect(line('inbox.accepted', { kind: 'status', author: null, door: 'webhook', backfill: false })).toBe('Aviso de Botmaker recibido · estado de un mensaje');
    expect(line('inbox.accepted', { kind: 'message', author: 'customer', door: 'sweep', backfill: true })).toContain('encontrado por el barrido');
    expect(line('inbox.duplicate', { kind: 'message', door: 'webhook' }, { reason: 'duplicate' })).toBe('Aviso repetido, absorbido · mensaje');
  });

  it('counts, measures and names in Spanish', () => {
    expect(line('turn.queued', { startsInMs: 1500 })).toBe('Turno en espera de más mensajes · empieza en 1,5 s');
    expect(line('turn.started', { attempt: 1, mail: 1, model: 'openai:gpt-5-mini' })).toBe('Turno iniciado · 1 mensaje leído · openai:gpt-5-mini');
    expect(line('turn.decided', { decision: 'to-human', parts: 2, ms: 40, repaired: false })).toBe('Decisión del agente · derivar a una persona · 2 partes · 40 ms');
    expect(line('turn.decided', { decision: 'answer', parts: 0, media: 1, options: 7, ms: 40, repaired: false })).toBe('Decisión del agente · responder · 1 archivo · 7 opciones · 40 ms');
    expect(line('outbox.queued', { kind: 'list', part: 0 })).toContain('una lista de opciones');
    expect(line('agent.step', { node: 'quote', ms: 28, inputTokens: 0, outputTokens: 0, passages: ['envios.md#1'] })).toBe('Paso del agente · cita el conocimiento · 28 ms · envios.md#1');
    expect(line('agent.step', { node: 'ask-model', ms: 1630, inputTokens: 812, outputTokens: 96, passages: [] })).toContain('1,6 s · 908 tokens');
    expect(line('chat.owner-changed', { from: 'flow', to: 'agent' })).toBe('Cambió quién atiende el chat · del flujo al agente');
    expect(line('delivery.accepted', { attempt: 1, httpStatus: 202, ms: 44 })).toContain('HTTP 202 · 44 ms');
    expect(line('delivery.retrying', { attempt: 1, code: 'botmaker.rate-limited', inMs: 800 })).toContain('botmaker.rate-limited · de nuevo en 800 ms');
    expect(line('delivery.rejected', { attempt: 1, code: 'botmaker.rejected', httpStatus: null })).toBe('Envío rechazado · botmaker.rejected');
    expect(line('message.failed', { code: '131026' })).toContain('131026');
  });

  it('gives the reason in words, and none rather than a bare code', () => {
    expect(line('mail.ignored', { owner: 'flow' }, { reason: 'not-handed-off' })).toBe('Mensaje del cliente que no respondemos · El flujo no derivó el chat');
    expect(wordsOf('a-code-without-words')).toBeNull();
    expect(wordsOf(null)).toBeNull();
  });

  it('warns of what went wrong, and keeps confirmations in the background', () => {
    expect(entryLine(entry('message.unknown')).tone).toBe('bad');
    expect(entryLine(entry('delivery.in-doubt')).tone).toBe('warn');
    expect(entryLine(entry('inbox.accepted', { kind: 'status' })).isDetail).toBe(true);
    expect(entryLine(entry('inbox.accepted', { kind: 'message', author: 'customer' })).isDetail).toBe(false);
    expect(entryLine(entry('turn.decided')).isDetail).toBe(false);
  });

  it('stands for itself when a newer version wrote an entry of a type unknown here', () => {
    expect(entryLine(entry('future.thing', { code: 'x' }))).toMatchObject({ title: 'future.thing', tone: 'quiet', detail: 'x' });
  });
});
