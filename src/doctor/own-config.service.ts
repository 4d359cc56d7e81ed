import { Injectable } from '@nestjs/common';
import { ConversationConfig, DoctorConfig, KnowledgeConfig, SpoolConfig, WebhookConfig } from '../platform/index.js';
import type { OwnFacts } from './facts.js';

/** Where Botmaker calls a program that is reached under `base`. */
export const webhookAddress = (base: string): string => `${base.replace(/\/+$/, '')}/botmaker/webhook`;

/** The slices of our configuration that the doctor looks at. */
@Injectable()
export class OwnConfig {
  constructor(
    readonly conversation: ConversationConfig,
    readonly doctor: DoctorConfig,
    readonly webhook: WebhookConfig,
    readonly spool: SpoolConfig,
    readonly knowledge: KnowledgeConfig,
  ) {}

  get facts(): OwnFacts {
    const { returnIntent, humanIntent, muteIntent, windowTemplate } = this.conversation;
    const { publicUrl } = this.webhook;
    return { isSandbox: this.doctor.isSandbox, webhookUrl: publicUrl === null ? null : webhookAddress(publicUrl), returnIntent, humanIntent, muteIntent, windowTemplate };
  }
}
