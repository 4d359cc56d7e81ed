import type { Outgoing } from './message.js';

/** A message as a code block can say it. A block has no lists: their rows are numbered. */
export interface BlockMessage {
  text: string;
  buttons?: { label: string; intent: string }[];
  media?: { url: string; mimeType: string; filename: string };
}

/** The answer of a turn in the form in which a code block says it. */
export interface BlockAnswer {
  messages: BlockMessage[];
  /** The rule to go on with, which gives the chat back; null: the agent keeps it. */
  returnIntent: string | null;
}

export function blockAnswer(outgoing: readonly Outgoing[]): BlockAnswer {
  const [back] = outgoing.flatMap((one) => (one.kind === 'intent' && one.purpose === undefined ? [one.intentIdOrName] : []));
  return { messages: outgoing.flatMap(sayable), returnIntent: back ?? null };
}

function sayable(one: Outgoing): BlockMessage[] {
  switch (one.kind) {
    case 'intent':
      return [];
    case 'text':
      return [{ text: one.text }];
    case 'buttons':
      return [{ text: one.text, buttons: one.buttons }];
    case 'list':
      return [{ text: [one.text, ...one.rows.map(({ title }, index) => `${index + 1}. ${title}`)].join('\n') }];
    case 'media':
      return [{ text: '', media: { url: one.url, mimeType: one.mimeType, filename: one.filename } }];
  }
}
