/** How a channel marks text. */
export interface Signs {
  bold: string;
  italic: string;
  strike: string;
  mono: string;
}

/** What one channel shows, and how much of it in one message. */
export interface Channel {
  /** Null: it shows every sign as it is. */
  signs: Signs | null;
  /** Readable on a phone in one message. */
  fits(text: string): boolean;
  /** As much as it takes at all: for what can't be cut, which is an address. */
  holds(text: string): boolean;
  hasLists: boolean;
  hasButtons: boolean;
}

const readable = 1000;
const shows = (more: Partial<Channel> = {}, longest = 2000): Channel => ({
  signs: null,
  fits: (text) => text.length <= readable,
  holds: (text) => text.length <= longest,
  hasLists: false,
  hasButtons: false,
  ...more,
});

/** Instagram counts bytes [G]. */
const instagramHolds = (text: string): boolean => Buffer.byteLength(text) <= readable;

/**
 * By the webhook's `chatPlatform`. WhatsApp's signs are documented [O]; of the others the contract says "on some platforms"
 * and not on which, so they get none. Lists are WhatsApp's alone [O]. How long a text may be is each platform's own rule [G].
 */
const channels: Record<string, Channel> = {
  whatsapp: shows({ signs: { bold: '*', italic: '_', strike: '~', mono: '```' }, hasLists: true, hasButtons: true }, 4096),
  webchat: shows({ hasButtons: true }),
  messenger: shows({ hasButtons: true }),
  telegram: shows({ hasButtons: true }, 4096),
  instagram: shows({ fits: instagramHolds, holds: instagramHolds }),
};

/** Of a channel that we know nothing of, plain text is sure to be shown. */
const unknown = shows();

export function channelOf(platform: string | null): Channel {
  return channels[platform?.toLowerCase() ?? ''] ?? unknown;
}
