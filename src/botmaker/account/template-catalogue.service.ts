import { Injectable } from '@nestjs/common';
import { AccountClient } from './account.client.js';
import type { IntentSetup, TemplateSetup } from './setup.js';

/** What may be triggered in a chat by its name. */
export interface Catalogue {
  templates: readonly TemplateSetup[];
  intents: readonly IntentSetup[];
}

/** A template is approved within minutes to days; the listings may be called once a second by the whole account. */
const freshForMs = 10 * 60_000;

/** The account's templates and intents, kept for a while by each process. */
@Injectable()
export class TemplateCatalogue {
  private kept: Catalogue | null = null;
  private readAt = 0;

  constructor(private readonly account: AccountClient) {}

  /** Throws when Botmaker does not tell; what was read before is too old then. */
  async read(): Promise<Catalogue> {
    if (this.kept && performance.now() - this.readAt < freshForMs) return this.kept;
    const readAt = performance.now();
    this.kept = { templates: await this.account.templates(), intents: await this.account.intents() };
    this.readAt = readAt;
    return this.kept;
  }

  /** What it says was refused: the next read asks anew. */
  forget(): void {
    this.kept = null;
  }
}
