import type { Outgoing } from '../message.js';

/** One of the things to choose from; `intent` is one that the flow is known to have. */
export interface Choice {
  title: string;
  description?: string;
  intent?: string;
}

/**
 * What a room wants to be said, as it was decided. `queue` makes messages of it that the chat's channel can show: `markdown`
 * becomes its own marks and is cut where it is long, `options` a list, buttons or numbers, an `attachment` a medium or its
 * address. `text` and whatever else is a message already stay what they are.
 */
export type Wanted =
  | Outgoing
  | { kind: 'markdown'; text: string }
  /** `question` is Markdown; `button` is what opens the list, where there is one. */
  | { kind: 'options'; question: string; button?: string; choices: Choice[] }
  /** `text`, Markdown, is said before it. */
  | { kind: 'attachment'; url: string; text?: string };
