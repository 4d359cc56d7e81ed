import type { MessageContent, TapOption } from '../chats/chat-message.js';
import type { Template } from './flow-config.js';

/** Fills the variables of a template; null when one is missing, which WhatsApp refuses with 132000 [1]. */
export function renderTemplate(template: Template, variables: ReadonlyMap<string, string>): MessageContent | null {
  let isComplete = true;
  const text = template.text.replace(/\{\{\s*([^}\s]+)\s*\}\}/g, (_whole, name: string) => {
    const value = variables.get(name);
    if (value === undefined) isComplete = false;
    return value ?? '';
  });
  if (!isComplete) return null;
  const options = (template.buttons ?? []).map((button): TapOption =>
    button.intentIdOrName
      ? { kind: 'intent', label: button.text, intent: button.intentIdOrName }
      : { kind: 'payload', label: button.text, payload: button.webhookPayload ?? button.text },
  );
  return options.length > 0 ? { text, options } : { text };
}
