import { Injectable, Logger } from '@nestjs/common';
import { TemplateCatalogue } from '../../botmaker/index.js';
import { CorrelationLog } from '../../correlation/index.js';
import { Outbox, ParkedMessages } from '../../outbox/index.js';
import { Channels, ConversationConfig, Database, quietForMs, toAppError, type Tx } from '../../platform/index.js';
import { ConversationStore } from '../conversation.store.js';
import { chooseTemplate } from './choose-template.js';
import { nextStep, type ReopeningStep } from './reopening.js';
import { ReopeningStore, type ClaimedReopening } from './reopening.store.js';

/** Asks customers to come back, by a template, when an answer waits for them behind a closed window. Nothing is locked while Botmaker is asked. */
@Injectable()
export class Reopenings {
  private readonly logger = new Logger(Reopenings.name);

  constructor(
    private readonly database: Database,
    private readonly store: ReopeningStore,
    private readonly conversations: ConversationStore,
    private readonly parked: ParkedMessages,
    private readonly outbox: Outbox,
    private readonly catalogue: TemplateCatalogue,
    private readonly channels: Channels,
    private readonly log: CorrelationLog,
    private readonly config: ConversationConfig,
  ) {}

  /** Looks after one that is due. False: none is. */
  async takeNext(): Promise<boolean> {
    const claimed = await this.store.claim();
    if (claimed === null) return false;
    const quietMs = quietForMs(this.channels.of(claimed), new Date());
    // What was tried last has failed: what the listing said of it may be over.
    if (claimed.tried.length > 0 && !claimed.isAsked) this.catalogue.forget();
    const template = claimed.isAsked || quietMs > 0 ? null : await this.choose(claimed);
    await this.database.inTransaction((tx) => this.take(tx, claimed, quietMs, template));
    return true;
  }

  private async choose({ channelId, tried }: ClaimedReopening): Promise<string | null | undefined> {
    const { templates } = this.channels.of({ channelId });
    if (templates.length === 0) return null;
    try {
      return chooseTemplate(templates, await this.catalogue.read(), channelId, tried);
    } catch (error) {
      this.logger.warn({ err: error, code: toAppError(error).code }, 'nobody can see which template may open a window');
      return undefined;
    }
  }

  private async take(tx: Tx, claimed: ClaimedReopening, quietMs: number, template: string | null | undefined): Promise<void> {
    const { chatId } = claimed;
    const { optedOutAt } = await this.conversations.lock(tx, chatId);
    const standing = await this.parked.standing(tx, chatId);
    if (!standing) return this.store.end(tx, chatId);
    const step = nextStep({ ...claimed, isOptedOut: optedOutAt !== null, quietMs, template }, this.config.answerMaxAgeMs);
    await this.act(tx, claimed, step);
  }

  private async act(tx: Tx, claimed: ClaimedReopening, step: ReopeningStep): Promise<void> {
    const { chatId, runId, correlationId, ageMs } = claimed;
    const refs = { chatId, runId, correlationId };
    switch (step.do) {
      case 'wait':
        if ((await this.store.postpone(tx, claimed, step.inMs, step.waitsFor)) && step.waitsFor !== null) await this.log.append(tx, { type: 'window.waits', ...refs, detail: { for: step.waitsFor, inMs: step.inMs } });
        return;
      case 'expire':
        await this.parked.expire(tx, chatId, 'too-old', this.config.answerMaxAgeMs);
        return void ((await this.parked.standing(tx, chatId)) === null ? await this.store.end(tx, chatId) : await this.store.postpone(tx, claimed, 0, null));
      case 'ask': {
        const [messageId] = await this.outbox.queue(tx, refs, [{ kind: 'intent', intentIdOrName: step.template, variables: {}, purpose: 'template' }]);
        if (messageId === undefined || !(await this.store.noteAsked(tx, claimed, step.template, messageId, this.config.answerMaxAgeMs - ageMs))) throw new Error('a reopening that was claimed is somebody else’s');
        await this.log.append(tx, { type: 'window.asked', ...refs, messageId, detail: { template: step.template } });
      }
    }
  }
}
