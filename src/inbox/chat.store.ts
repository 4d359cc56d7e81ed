import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Tx } from '../platform/index.js';

/** How Botmaker names a chat; which of the fields are known differs by the kind of notification. */
export interface ChatIdentity {
  platform: string | null;
  channelId: string | null;
  contactId: string | null;
  /** Botmaker's own id (`chatId` in the API, `customerId` in the webhook). */
  chatId: string | null;
}

interface KnownChat {
  id: string;
  channelId: string | null;
  contactId: string | null;
}

/**
 * Which chat is meant. Botmaker's id decides when it is given, else line and contact together: the same person on two lines
 * is two chats and they are never mixed. What a notification adds to an incomplete address is kept.
 */
@Injectable()
export class ChatStore {
  /** Our id of the chat, created when it is new; null when the address names nobody. Callers hold the reader's lock. */
  async resolve(tx: Tx, address: ChatIdentity, name: string | null): Promise<string | null> {
    const { platform, channelId, contactId, chatId } = address;
    if (!chatId && !contactId) return null;
    const found = await this.find(tx, address);
    if (!found) {
      const created = await tx.chat.create({ data: { id: uuidv7(), platform, channelId, contactId, botmakerChatId: chatId, name } });
      return created.id;
    }
    const added = {
      ...(chatId && found.botmakerChatId !== chatId ? { botmakerChatId: chatId } : {}),
      ...(await this.betterLine(tx, found, address)),
      ...(platform && !found.platform ? { platform } : {}),
      ...(name && found.name !== name ? { name } : {}),
    };
    if (Object.keys(added).length > 0) await tx.chat.update({ where: { id: found.id }, data: added });
    return found.id;
  }

  /** What the address adds to the chat's line and contact. Nothing when another chat has that pair: it was told apart before. */
  private async betterLine(tx: Tx, found: KnownChat, { channelId, contactId }: ChatIdentity): Promise<{ channelId?: string; contactId?: string }> {
    const better = {
      ...(channelId && isBetterLine(channelId, found.channelId) ? { channelId } : {}),
      ...(contactId && !found.contactId ? { contactId } : {}),
    };
    if (Object.keys(better).length === 0) return better;
    const pair = { channelId: found.channelId, contactId: found.contactId, ...better };
    const isTaken = pair.channelId && pair.contactId && (await tx.chat.findFirst({ where: { ...pair, id: { not: found.id } }, select: { id: true } }));
    return isTaken ? {} : better;
  }

  private async find(tx: Tx, { chatId, channelId, contactId }: ChatIdentity) {
    if (chatId) {
      const byId = await tx.chat.findUnique({ where: { botmakerChatId: chatId } });
      if (byId) return byId;
    }
    if (!contactId) return null;
    if (channelId) {
      const onLine = await tx.chat.findMany({ where: { contactId, OR: namesOfLine(channelId) } });
      const byLine = onLine.find((chat) => chat.channelId === channelId) ?? (onLine.length === 1 ? onLine[0] : undefined);
      if (byLine) return byLine;
    }
    // A notification that names only the contact can't be told apart between lines: it is his when he has one chat.
    const candidates = await tx.chat.findMany({ where: { contactId, ...(chatId ? { botmakerChatId: null } : {}), ...(channelId ? { channelId: null } : {}) }, take: 2 });
    return candidates.length === 1 ? (candidates[0] ?? null) : null;
  }
}

/** A line is told of by its full channel id or by its bare number; both mean it. */
function namesOfLine(channelId: string): { channelId: string | { endsWith: string } }[] {
  const bare = /^\d+$/.test(channelId);
  const number = /-(\d+)$/.exec(channelId)?.[1];
  return [{ channelId }, ...(bare ? [{ channelId: { endsWith: `-${channelId}` } }] : []), ...(number ? [{ channelId: number }] : [])];
}

/** A full channel id (`acme-whatsapp-549…`) replaces a bare line number, never the other way round. */
function isBetterLine(given: string, known: string | null): boolean {
  return known === null || (given !== known && given.endsWith(`-${known}`));
}
