import { Prisma } from '../generated/prisma/client.js';

/*
 * The window: free text only within 24 hours of the customer's last message, on Meta's platforms [O]. A chat whose platform
 * nobody has told yet is taken for one of them.
 *
 * Its end is what the customer's last message says. What Botmaker says of it (`whatsAppWindowCloseDatetime`) may be later, and is
 * believed then; an earlier end is believed only when it was asked for well after the customer wrote, because a listing lags.
 */
const windowEnd = Prisma.sql`CASE WHEN proof.window_closes_at IS NOT NULL AND proof.asked_at > talk.last_customer_at + interval '1 minute'
  THEN proof.window_closes_at ELSE greatest(talk.window_closes_at, proof.window_closes_at) END`;

/** Whether the window of a message's chat is closed, or about to be; as a part of a larger statement about `message`. */
export const isWindowClosed = (marginMs: number): Prisma.Sql => Prisma.sql`EXISTS (
  SELECT FROM conversation AS talk JOIN chat AS place ON place.id = talk.chat_id LEFT JOIN chat_proof AS proof ON proof.chat_id = talk.chat_id
  WHERE talk.chat_id = message.chat_id AND coalesce(place.platform, 'whatsapp') IN ('whatsapp', 'messenger', 'facebook', 'instagram')
    AND ${windowEnd} <= clock_timestamp() + make_interval(secs => ${marginMs / 1000}))`;

/** What the platform calls a message that came outside the window: Meta's code, and the one of its older API [M]. */
const windowCodes = new Set(['131047', '470']);

export const isWindowRefusal = (code: string | null): boolean => code !== null && windowCodes.has(code);
