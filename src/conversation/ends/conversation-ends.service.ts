import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/index.js';
import { EffectStore } from '../effect.store.js';
import { wordsIn } from '../plain-words.js';
import { capReplies, farewell, type Replies, type ReplyRules } from '../replies.js';
import type { MailTurn } from '../turn-mail.service.js';
import { isEnd, mayEnd } from './closing.js';
import { EndFacts } from './end-facts.read-model.js';
import { isOptOut } from './opt-out.js';

/** Sees, before the agent is asked, whether the conversation is over: then it is not asked. */
@Injectable()
export class ConversationEnds {
  constructor(
    private readonly database: Database,
    private readonly facts: EndFacts,
    private readonly effects: EffectStore,
  ) {}

  /** What the turn says instead of an answer, and where the chat goes; null: the agent answers. */
  async of(turn: MailTurn, rules: ReplyRules): Promise<Replies | null> {
    const end = await this.found(turn, rules);
    // What a tool has done under the name of this turn, the customer must be told.
    return end !== null && (await this.effects.had(this.database.prisma, turn.runId)).length === 0 ? end : null;
  }

  private async found({ chatId, mail, rules: { ends } }: MailTurn, rules: ReplyRules): Promise<Replies | null> {
    const words = mail.map(({ content }) => wordsIn(content));
    const texts = words.filter((text) => text !== null);
    const isWords = texts.length === words.length;
    if (isWords && isOptOut(texts)) return farewell(ends.optOutText, 'opted-out', rules);
    // An end without words and without a way back would be silence.
    const canEnd = ends.closingText !== '' || rules.returnIntent !== null;
    if (isWords && canEnd && mayEnd(texts) && isEnd(texts, await this.facts.lastSaid(chatId, mail))) return farewell(ends.closingText, 'closed-by-customer', rules);
    // Without anybody to give the chat to, the cap would end in silence.
    const canLeave = rules.returnIntent !== null || rules.humanIntent !== null;
    if (ends.replyCap > 0 && canLeave && (await this.facts.answers(chatId)) >= ends.replyCap) return capReplies(ends.replyCapText, rules);
    return null;
  }
}
