export type Platform = 'whatsapp' | 'webchat' | 'messenger' | 'instagram' | 'telegram';

/** A line of the account. */
export interface Channel {
  /** `<businessId>-<platform>-<lineNumber>`, for webchat `…-webchat-null` [M] */
  readonly id: string;
  readonly platform: Platform;
  /** WhatsApp: the bot's own number. Never the customer's. */
  readonly number: string | null;
  name: string;
  isActive: boolean;
  /** Of a WhatsApp line, in the words of WhatsApp; `CONNECTED` and `GREEN` when not given. */
  status?: string;
  quality?: string;
}

export function whatsappChannel(businessId: string, number: string): Channel {
  return { id: `${businessId}-whatsapp-${number}`, platform: 'whatsapp', number, name: 'Línea principal', isActive: true };
}

export function webchatChannel(businessId: string): Channel {
  return { id: `${businessId}-webchat-null`, platform: 'webchat', number: null, name: 'Chat del sitio', isActive: true };
}

/** The API accepts a channel's id or, for WhatsApp, the bare line number [O]. */
export function findChannel(channels: readonly Channel[], idOrNumber: string): Channel | undefined {
  return channels.find((channel) => channel.id === idOrNumber || channel.number === idOrNumber);
}
