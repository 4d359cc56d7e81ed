import { createHash } from 'node:crypto';
import { intentsOf, templatesOf, type FlowConfig, type FlowIntent, type Template } from './flow-config.js';

/** An intent with the id under which GET /intents lists it. */
export interface ListedIntent extends FlowIntent {
  readonly id: string;
}

/** The account's intents and templates, found by id or name as trigger-intent does [O]. */
export class Catalogue {
  readonly intents: readonly ListedIntent[];
  readonly templates: Template[];
  readonly botId: string;

  constructor(
    readonly flow: FlowConfig,
    line: string,
  ) {
    this.intents = intentsOf(flow).map((intent) => ({ ...intent, id: stableId(`intent ${intent.name}`) }));
    this.templates = templatesOf(flow, line);
    this.botId = stableId(`bot ${flow.botName}`);
  }

  intent(idOrName: string): ListedIntent | undefined {
    return this.intents.find((intent) => intent.id === idOrName || intent.name === idOrName);
  }

  template(name: string): Template | undefined {
    return this.templates.find((template) => template.name === name);
  }

  /** The intent whose trigger is the whole text. */
  byTrigger(text: string): ListedIntent | undefined {
    const wanted = plain(text);
    return this.intents.find((intent) => isActive(intent) && intent.triggers?.some((trigger) => plain(trigger) === wanted));
  }
}

export function isActive(intent: FlowIntent): boolean {
  return intent.isActive ?? true;
}

/** The same name gives the same id in every run, as in a real account that does not change. */
function stableId(name: string): string {
  return createHash('sha256').update(name).digest('hex').toUpperCase().slice(0, 20);
}

function plain(text: string): string {
  const bare = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return bare.replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
}
