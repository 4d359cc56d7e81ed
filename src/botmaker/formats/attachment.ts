import { isRecord, type JsonRecord, type JsonValue } from './bounded-json.js';
import { pick, readList, readName, readNumber, readText } from './field.js';
import type { ContactCard, MediaKind, MessageLocation, MessageMedia } from './wire-event.js';

const MEDIA_KINDS: readonly MediaKind[] = ['image', 'audio', 'video', 'file'];
const MAX_ATTACHMENTS = 20;
/** Signed storage links reach about 1,500 characters. */
const MAX_URL_LENGTH = 4_000;

interface ReadMedia {
  media: MessageMedia[];
  /** A link was there that nobody may follow. */
  dropped: boolean;
  excess: boolean;
}

/** One URL per kind [M]; a list of URLs in the oldest format [O]. */
export function readMedia(item: JsonRecord): ReadMedia {
  const given = MEDIA_KINDS.flatMap((kind) => readList(pick(item, kind)).map((value) => ({ kind, value })));
  const looked = given.slice(0, MAX_ATTACHMENTS);
  const media = looked.flatMap(({ kind, value }) => {
    const url = readUrl(value);
    return url === null ? [] : [{ kind, url }];
  });
  return { media, dropped: media.length < looked.length, excess: given.length > looked.length };
}

/** Null without two usable coordinates: an address alone is not a place. */
export function readLocation(item: JsonRecord): MessageLocation | null {
  const value = pick(item, 'location');
  if (!isRecord(value)) return null;
  const latitude = readNumber(pick(value, 'latitude'));
  const longitude = readNumber(pick(value, 'longitude'));
  if (latitude === null || longitude === null || Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return null;
  return { latitude, longitude, name: readName(pick(value, 'name')), address: readName(pick(value, 'address')) };
}

/** WhatsApp contact cards [O]. Only name and phones: the rest is a third person's data that no answer needs. */
export function readContactCards(value: JsonValue): { contacts: ContactCard[]; excess: boolean } {
  const cards = readList(value).filter(isRecord);
  const contacts = cards.slice(0, MAX_ATTACHMENTS).map((card) => ({
    name: readCardName(pick(card, 'name')),
    phones: readList(pick(card, 'phones')).slice(0, MAX_ATTACHMENTS).flatMap(readPhone),
  }));
  const filled = contacts.filter(({ name, phones }) => name !== null || phones.length > 0);
  return { contacts: filled, excess: cards.length > MAX_ATTACHMENTS };
}

function readCardName(value: JsonValue): string | null {
  if (!isRecord(value)) return readName(value);
  const parts = [readText(pick(value, 'first_name')), readText(pick(value, 'last_name'))].filter((part) => part !== null);
  return readName(pick(value, 'formatted_name')) ?? readName(parts.join(' '));
}

function readPhone(value: JsonValue): string[] {
  const phone = readName(isRecord(value) ? pick(value, 'phone', 'wa_id') : value);
  return phone === null ? [] : [phone];
}

function readUrl(value: JsonValue): string | null {
  const text = readText(isRecord(value) ? pick(value, 'url') : value);
  if (text === null || text.length > MAX_URL_LENGTH || !URL.canParse(text)) return null;
  const url = new URL(text);
  return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null;
}
