import type { MessageContent } from '../botmaker/index.js';

const mediaNames = { image: 'imagen', audio: 'audio', video: 'video', file: 'archivo' } as const;

/**
 * A message in words, for the agent: the text, and in brackets what else was sent. Addresses of media are left out: the
 * agent can't open them, and a signed link must not reach a model.
 */
export function describeContent(stored: unknown): string {
  const content = stored as Partial<MessageContent>;
  const parts = [
    content.selection?.label ? `[elige: ${content.selection.label}]` : (content.text ?? ''),
    ...(content.media ?? []).map(({ kind }) => `[${mediaNames[kind]}]`),
    content.location ? `[ubicación: ${[content.location.name, content.location.address].filter(Boolean).join(', ') || 'en el mapa'}]` : '',
    ...(content.contacts ?? []).map(({ name }) => `[contacto: ${name ?? 'sin nombre'}]`),
    content.unsupported && !content.text ? '[mensaje que no se puede leer]' : '',
  ];
  return parts.filter(Boolean).join(' ');
}
