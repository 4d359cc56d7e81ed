import { describe, expect, it } from '@jest/globals';
import type { MessageView } from '../../correlation/index.js';
import { sentBubble } from './bubble.page.js';

const message = (facts: Partial<MessageView>): MessageView => ({
  id: 'm', runId: 'r', part: 0, kind: 'text', text: null, options: [], intent: null, state: 'read', reason: null, reasonText: null, attempts: 1, remoteId: null, notificationId: null,
  createdAt: new Date(0), sendingAt: null, acceptedAt: null, confirmedAt: null, deliveredAt: null, readAt: null, ...facts,
});
const shown = (facts: Partial<MessageView>): string => sentBubble(message(facts)).markup;

describe('what we sent, in the console', () => {
  it('shows what was offered below the words, and what a button starts', () => {
    const list = shown({ kind: 'list', text: '¿Cuál?', options: [{ title: 'Envíos', description: 'costos <b>', intent: null }] });
    expect(list).toContain('<ul class="offered" aria-label="Lista de opciones"><li>Envíos <span class="muted">costos &lt;b&gt;</span></li></ul>');
    expect(shown({ kind: 'buttons', text: '¿Seguimos?', options: [{ title: 'Menú', description: null, intent: 'VOLVER' }] })).toContain('aria-label="Botones"><li>Menú <code>VOLVER</code></li>');
    expect(shown({ text: 'Hola' })).not.toContain('offered');
  });

  it('links a medium by where it lies, and loads nothing from there', () => {
    const media = shown({ kind: 'media', text: 'https://tienda.test/talles.png' });
    expect(media).toContain('<a href="https://tienda.test/talles.png" target="_blank" rel="noopener noreferrer nofollow"');
    expect(media).not.toMatch(/<img|<video|<audio/);
  });
});
