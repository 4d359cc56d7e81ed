import type { Outgoing } from '../message.js';
import type { Channel } from './channel.js';
import { plainLine, textsOf } from './render-text.js';
import { split } from './split-text.js';
import type { Choice, Wanted } from './wanted.js';

/** Of a list and of buttons with intents [O]; of a body and of a button's label WhatsApp's own [G]. */
const most = { rows: 10, title: 24, description: 72, opener: 20, buttons: 3, label: 20, body: 1024 };
const opener = 'Ver opciones';

type Options = Extract<Wanted, { kind: 'options' }>;

/**
 * A question with choices. Buttons when every choice leads to an intent, because a button does nothing else; else a list where
 * the channel has one. What exceeds their limits is asked in numbered text instead of being shortened: two titles that begin
 * alike would look the same.
 */
export function optionsOf({ question, button, choices }: Options, channel: Channel): Outgoing[] {
  const texts = textsOf(question, channel);
  const [body = ''] = texts.slice(-1);
  const shown = choices.map(plainChoice).filter(({ title }) => title !== '');
  const asked = body.length <= most.body ? (asButtons(body, shown, channel) ?? asList(body, button ?? opener, shown, channel)) : null;
  return [...texts.slice(0, -1).map(asText), ...(asked ? [asked] : asNumbers(body, shown, channel))];
}

const asText = (text: string): Outgoing => ({ kind: 'text', text });

function plainChoice({ title, description, intent }: Choice): Choice {
  const more = plainLine(description ?? '');
  return { title: plainLine(title), ...(more === '' ? {} : { description: more }), ...(intent === undefined ? {} : { intent }) };
}

const areDifferent = (choices: readonly Choice[]): boolean => new Set(choices.map(({ title }) => title)).size === choices.length;

function asButtons(text: string, choices: readonly Choice[], { hasButtons }: Channel): Outgoing | null {
  if (!hasButtons || choices.length === 0 || choices.length > most.buttons || !areDifferent(choices)) return null;
  const buttons = choices.flatMap(({ title, intent }) => (intent === undefined || title.length > most.label ? [] : [{ label: title, intent }]));
  return buttons.length === choices.length ? { kind: 'buttons', text, buttons } : null;
}

/** A row's id is its title: whatever of the two a tap brings back, it says what was chosen. */
function asList(text: string, button: string, choices: readonly Choice[], { hasLists }: Channel): Outgoing | null {
  const fits = choices.every(({ title, description = '' }) => title.length <= most.title && description.length <= most.description);
  if (!hasLists || !fits || choices.length === 0 || choices.length > most.rows || !areDifferent(choices)) return null;
  const label = plainLine(button);
  return { kind: 'list', text, button: label === '' || label.length > most.opener ? opener : label, rows: choices.map(({ title, description }) => ({ id: title, title, ...(description === undefined ? {} : { description }) })) };
}

function asNumbers(body: string, choices: readonly Choice[], channel: Channel): Outgoing[] {
  const lines = choices.map(({ title, description }, index) => `${index + 1}. ${title}${description === undefined ? '' : ` – ${description}`}`);
  const text = [body, lines.join('\n')].filter(Boolean).join('\n\n');
  return split(text, channel).map(({ from, to }) => asText(text.slice(from, to)));
}
