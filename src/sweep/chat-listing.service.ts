import { Injectable, Logger } from '@nestjs/common';
import { BotmakerClient, type RemoteChat } from '../botmaker/index.js';
import { ConversationConfig, Database, Drain } from '../platform/index.js';
import { findingOf, newsOf, type KnownChat, type Look } from './compare-chat.js';
import { silentSince } from './silence.js';
import { SweepChatStore, type WantedChat } from './sweep-chat.store.js';
import { SweepFinds } from './sweep-finds.store.js';
import { SweepMark, type Round } from './sweep-mark.store.js';

/**
 * One look at the listing of chats.
 *
 * A page is dealt with in one transaction, and the mark moves when all pages are. A look that ends in the middle (Botmaker
 * fails, the process dies, an item can't be read) is done again from where the last complete one ended; what it had stored by
 * then is only stored again. A chat that moves up while the listing is read was active just now: the next look lists it.
 */
@Injectable()
export class ChatListing {
  private readonly logger = new Logger(ChatListing.name);

  constructor(
    private readonly config: ConversationConfig,
    private readonly database: Database,
    private readonly drain: Drain,
    private readonly botmaker: BotmakerClient,
    private readonly mark: SweepMark,
    private readonly chats: SweepChatStore,
    private readonly finds: SweepFinds,
  ) {}

  /** Resolves with whether everything was seen. */
  async look(): Promise<boolean> {
    const round = await this.suspecting(await this.mark.round());
    const look: Look = { handoffVariable: this.config.handoffVariable, settledUntil: round.settledUntil, thoroughFrom: round.thoroughFrom };
    const seen = new Set<string>();
    let unreadable = 0;
    for await (const page of this.botmaker.chatsSince(round.from, () => unreadable++)) {
      if (this.drain.isDraining) return false;
      for (const { address } of page) seen.add(address.chatId ?? '');
      await this.store(page, look, round);
    }
    const isBlind = await this.isBlind(round, seen, unreadable);
    if (!isBlind) await this.mark.complete(round);
    return !isBlind;
  }

  /** A silence that the traffic does not explain is a loss that nobody has found yet. */
  private async suspecting(round: Round): Promise<Round> {
    const { gaps, arrivals } = await this.finds.silences(round);
    const since = silentSince(gaps, arrivals, round.settledUntil.getTime() - round.from.getTime());
    if (since === null) return round;
    this.logger.warn({ since }, 'no webhook came for a while: every chat that was active since then is looked into');
    return { ...round, thoroughFrom: round.thoroughFrom && round.thoroughFrom < since ? round.thoroughFrom : since };
  }

  private async store(page: readonly RemoteChat[], look: Look, round: Round): Promise<void> {
    const known = await this.finds.known(page.map(({ address }) => address.chatId ?? ''));
    const knownOf = ({ address }: RemoteChat): KnownChat | undefined => known.get(address.chatId ?? '');
    const wanted = page.flatMap((chat) => wish(chat, knownOf(chat), look, round));
    const news = page.flatMap((chat) => {
      const told = newsOf(chat, knownOf(chat), look);
      return told ? [{ address: chat.address, told }] : [];
    });
    if (wanted.length === 0 && news.length === 0) return;
    await this.database.inTransaction(async (tx) => {
      await this.chats.list(tx, wanted);
      for (const { address, told } of news) await this.finds.storeNews(tx, address, told, round.askedAt);
    });
  }

  /** Whether the listing can't be believed. The mark then stays: once it can be read again, nothing was passed over. */
  private async isBlind(round: Round, seen: ReadonlySet<string>, unreadable: number): Promise<boolean> {
    if (round.isTooLongAgo) await this.mark.noteBlind('too-long-away');
    const active = await this.finds.activeChats(round);
    const reason = unreadable > 0 ? 'unreadable' : active.length > 0 && !active.some((id) => seen.has(id)) ? 'no-chats' : null;
    if (reason === null) return false;
    this.logger.error({ reason, unreadable, listed: seen.size }, 'the sweep is blind: the listing of chats is not what it should be');
    await this.mark.noteBlind(reason);
    return true;
  }
}

function wish(chat: RemoteChat, known: KnownChat | undefined, look: Look, round: Round): WantedChat[] {
  const finding = findingOf(chat, known, look);
  if (finding === null || chat.lastUserMessageAt === null) return [];
  // From the start of the look even when a later message is known: one that was lost before it is found on the way.
  const since = finding === 'differs' ? earlier(round.from, known?.lastCustomerAt ?? null) : round.from;
  return [{ chat, lastUserMessageAt: chat.lastUserMessageAt, since, isSuspected: finding === 'suspected', isThorough: round.thoroughFrom !== null }];
}

const earlier = (one: Date, other: Date | null): Date => (other && other < one ? other : one);
