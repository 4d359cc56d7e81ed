import type { Channel } from './twin/index.js';

/** The lines of the account that runs here: one of WhatsApp and the chat of the website. */
export const lines = {
  whatsapp: { id: 'tienda-whatsapp-5491150000001', platform: 'whatsapp', number: '5491150000001', name: 'Línea principal', isActive: true },
  webchat: { id: 'tienda-webchat-null', platform: 'webchat', number: null, name: 'Chat del sitio', isActive: true },
} as const satisfies Record<string, Channel>;

export type LineName = keyof typeof lines;
export const lineNames = Object.keys(lines) as LineName[];
