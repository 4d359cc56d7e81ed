import type { Catalogue } from '../../botmaker/index.js';
import { isNumberOf } from '../../platform/index.js';

/**
 * The first of the configured names that can open the window of a chat on this line and has not been tried for it: a template
 * that WhatsApp has approved and that belongs to the line [O], or an active intent of the flow, which sends one. A template that
 * waits for approval is taken with a 202 and never sent [1]. Null: there is none.
 */
export function chooseTemplate(names: readonly string[], { templates, intents }: Catalogue, channelId: string | null, tried: readonly string[]): string | null {
  return names.find((name) => !tried.includes(name) && (templates.some((template) => template.name === name) ? isUsable : isIntent)(name)) ?? null;

  function isUsable(name: string): boolean {
    return templates.some((template) => template.name === name && template.state === 'APPROVED' && isOfLine(template.lineNumbers, channelId));
  }

  function isIntent(name: string): boolean {
    return intents.some((intent) => (intent.name === name || intent.id === name) && intent.isActive !== false);
  }
}

/** A template that does not tell its lines is taken at its word. */
function isOfLine(numbers: readonly string[] | null, channelId: string | null): boolean {
  return numbers === null || channelId === null || numbers.some((number) => isNumberOf(number, channelId));
}
