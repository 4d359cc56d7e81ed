import type { Outgoing } from '../message.js';

/** A message as send-messages takes it [O], without its payload. `whatsappInteractive` is for WhatsApp alone. */
export function wireMessage(outgoing: Exclude<Outgoing, { kind: 'intent' }>, platform: string | null) {
  switch (outgoing.kind) {
    case 'text':
      return { text: outgoing.text };
    case 'list': {
      const { text, button, rows } = outgoing;
      return { whatsappInteractive: { body: text, action: { type: 'list' as const, button, sections: [{ rows }] } } };
    }
    case 'buttons': {
      const { text, buttons } = outgoing;
      return platform?.toLowerCase() === 'whatsapp' ? { whatsappInteractive: { body: text, action: { type: 'intent' as const, buttons } } } : { text, buttons };
    }
    case 'media': {
      const { url, mimeType, filename } = outgoing;
      return { media: { url, mimeType, filename } };
    }
  }
}
