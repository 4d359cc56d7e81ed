import type { MessageContent } from '../botmaker/index.js';
import type { Outgoing } from '../outbox/index.js';

const mediaNames = { image: 'imagen', audio: 'audio', video: 'video', file: 'archivo' } as const;

/**
 * A message in words, for the agent: the text, and in brackets what else was sent. Addresses of media are left out: the
 * agent can't open them, and a signed link must not reach a model.
 */
export function describeContent(stored: unknown): string {
  const content = stored as Partial<MessageContent>;
  const choice = content.selection?.label ?? content.selection?.payload;
  const parts = [
    choice ? `[elige: ${choice}]` : (content.text ?? ''),
    ...(content.media ?? []).map(({ kind }) => `[${mediaNames[kind]}]`),
    content.location ? `[ubicación: ${[content.location.name, content.location.address].filter(Boolean).join(', ') || 'en el mapa'}]` : '',
    ...(content.contacts ?? []).map(({ name }) => `[contacto: ${name ?? 'sin nombre'}]`),
    content.unsupported && !content.text ? '[mensaje que no se puede leer]' : '',
  ];
  return parts.filter(Boolean).join(' ');
}

const ownMedia = { image: 'imagen', audio: 'audio', video: 'video' } as const;

/** One of our messages in words, for the agent: what was offered stands there with its numbers, whatever the channel showed. */
export function describeOutgoing(stored: unknown): string {
  const outgoing = stored as Outgoing;
  switch (outgoing.kind) {
    case 'text':
      return outgoing.text;
    case 'list':
      return offered(outgoing.text, outgoing.rows.map(({ title, description }) => (description === undefined ? title : `${title} – ${description}`)));
    case 'buttons':
      return offered(outgoing.text, outgoing.buttons.map(({ label }) => label));
    case 'media':
      return `[${ownMedia[outgoing.mimeType.split('/')[0] as keyof typeof ownMedia] ?? 'archivo'}: ${outgoing.filename}]`;
    case 'intent':
      return '';
  }
}

const offered = (text: string, choices: readonly string[]): string => [text, choices.map((choice, index) => `${index + 1}. ${choice}`).join('\n')].join('\n\n');
