import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Tx } from '../platform/index.js';
import { whatItAdds, whichChat, type ChatIdentity, type KnownChat } from './which-chat.js';

export interface NamedChat {
  address: ChatIdentity;
  /** The customer's, as told beside the address. */
  name: string | null;
}

/** The chats that notifications speak of. Which one is meant, and what is added to it, is decided in `which-chat.ts`. */
@Injectable()
export class ChatStore {
  /**
   * Our ids of the chats, in the order of asking; null where an address names nobody. Opens those that are new. Callers hold
   * the reader's lock: nobody else opens or renames chats meanwhile.
   */
  async resolve(tx: Tx, asked: readonly NamedChat[]): Promise<(string | null)[]> {
    const known = await this.candidates(tx, asked);
    const opened: KnownChat[] = [];
    const changed = new Map<KnownChat, Partial<KnownChat>>();
    const ids = asked.map(({ address, name }) => {
      const { platform, channelId, contactId, chatId } = address;
      if (!chatId && !contactId) return null;
      const found = whichChat(known, address);
      if (!found) {
        const chat = { id: uuidv7(), platform, channelId, contactId, botmakerChatId: chatId, name };
        known.push(chat);
        opened.push(chat);
        return chat.id;
      }
      const added = whatItAdds(found, known, address, name);
      if (Object.keys(added).length > 0) changed.set(Object.assign(found, added), { ...changed.get(found), ...added });
      return found.id;
    });
    // Changes come first: what is opened may have the bare line number that another chat has just exchanged for its full id.
    for (const [{ id }, data] of changed) if (!opened.some((chat) => chat.id === id)) await tx.chat.update({ where: { id }, data });
    if (opened.length > 0) await tx.chat.createMany({ data: opened });
    return ids;
  }

  /** All chats that an address may mean, and all others of their contacts. An array, because a subquery beside OR would read the whole table. */
  private candidates(tx: Tx, asked: readonly NamedChat[]): Promise<KnownChat[]> {
    const given = (name: 'chatId' | 'contactId'): string[] => [...new Set(asked.flatMap(({ address }) => address[name] ?? []))];
    return tx.$queryRaw<KnownChat[]>`
      SELECT id, platform, channel_id AS "channelId", contact_id AS "contactId", botmaker_chat_id AS "botmakerChatId", name FROM chat
      WHERE botmaker_chat_id = ANY(${given('chatId')}::text[])
        OR contact_id = ANY(${given('contactId')}::text[] || ARRAY(SELECT contact_id FROM chat WHERE botmaker_chat_id = ANY(${given('chatId')}::text[])))`;
  }
}
