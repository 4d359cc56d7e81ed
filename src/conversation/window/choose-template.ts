import { belongsTo, isApproved, type Catalogue } from '../../botmaker/index.js';
import { isNumberOf } from '../../platform/index.js';

/**
 * The first of the configured names that can open the window of a chat on this line and has not been tried for it: a template
 * that WhatsApp has approved and that belongs to the line, or an active intent of the flow, which sends one. A template that
 * waits for approval is taken with a 202 and never sent [1]. Null: there is none.
 */
export function chooseTemplate(names: readonly string[], catalogue: Catalogue, channelId: string | null, tried: readonly string[]): string | null {
  return names.find((name) => !tried.includes(name) && isUsable(name, catalogue, channelId)) ?? null;
}

function isUsable(name: string, { templates, intents }: Catalogue, channelId: string | null): boolean {
  const meant = templates.filter((template) => template.name === name);
  if (meant.length === 0) return intents.some((intent) => (intent.name === name || intent.id === name) && intent.isActive !== false);
  return meant.some((template) => isApproved(template) && (channelId === null || belongsTo(template, (number) => isNumberOf(number, channelId))));
}
