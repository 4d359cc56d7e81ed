import { readdirSync, readFileSync } from 'node:fs';

type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
type Path = (string | number)[];

const folder = new URL('../fixtures/webhook/', import.meta.url);
export const samples: readonly Buffer[] = readdirSync(folder).sort().map((name) => readFileSync(new URL(name, folder)));

/*
 * Which fields are changed together. A text can't hide another one, so all texts of a body are changed at once; a type that
 * nobody knows hides the rest of its body, so it is changed alone, and so are ids and what names a chat.
 */
const groups = {
  type: /^type$/,
  author: /^from$/,
  state: /^status$/i,
  chat: /^(customerId|contactId|chatChannelId|chatPlatform|whatsappNumber|chatIdInChatPlatform|CUSTOMER_ID|FROM|CHAT_PLATFORM_ID|WHATSAPP_NUMBER)$/,
  id: /^(_id_|_id|messageId|txId|intentTxId|sessionId|businessId)$/,
  moment: /date$|time$|^birthday$/i,
};
type Group = keyof typeof groups | 'text';

const groupOf = (field: string): Group => (Object.keys(groups) as (keyof typeof groups)[]).find((name) => groups[name].test(field)) ?? 'text';

interface Template {
  body: Json;
  group: Group;
  fields: Path[];
}

/** Where the texts of a body are; a list counts as one field however many items it has. */
function textsOf(value: Json, path: Path = []): Path[] {
  if (typeof value === 'string') return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => textsOf(member, [...path, Array.isArray(value) ? Number(name) : name]));
}

const familyOf = (body: { [name: string]: Json }): string => (typeof body['type'] === 'string' ? body['type'] : 'CUSTOMER_ID' in body ? 'oldest' : 'flat');
const nameOf = (family: string, path: Path): string => `${family}:${path.map((step) => (typeof step === 'number' ? '[]' : step)).join('.')}`;
const lastOf = (path: Path): string => String(path.findLast((step) => typeof step === 'string'));

/** Enough of the samples, and of their groups, that each text field of each format is in one of them. */
export function templates(): Template[] {
  const covered = new Set<string>();
  return samples.flatMap((sample) => {
    const body = JSON.parse(String(sample)) as { [name: string]: Json };
    const all = textsOf(body);
    return ([...Object.keys(groups), 'text'] as Group[]).flatMap((group) => {
      const fields = all.filter((path) => groupOf(lastOf(path)) === group);
      const isNew = fields.map((path) => nameOf(familyOf(body), path)).filter((name) => !covered.has(name) && covered.add(name)).length > 0;
      return isNew ? [{ body, group, fields }] : [];
    });
  });
}

/** How many different text fields the samples have, over all formats. */
export function fieldNames(): Set<string> {
  return new Set(samples.flatMap((sample) => {
    const body = JSON.parse(String(sample)) as { [name: string]: Json };
    return textsOf(body).map((path) => nameOf(familyOf(body), path));
  }));
}

/**
 * The bodies in which every text stands once in every field of a template: in the nth body the fields hold the nth text and
 * those after it. Names of variables are texts as well. Messages keep an id of their own, unless ids are what is changed, or
 * all but the first would be taken for a second telling.
 */
export function bodiesWith(texts: readonly string[], from: Template[] = templates()): Buffer[] {
  return from.flatMap(({ body, group, fields }, at) =>
    texts.map((_text, n) => {
      const changed = structuredClone(body);
      if (group !== 'id') setIds(changed, `FUZZ${at}N${n}`);
      fields.forEach((path, offset) => set(changed, path, texts[(n + offset) % texts.length] ?? ''));
      const variables = (changed as { variables?: Record<string, Json> }).variables;
      if (group === 'text' && variables) Object.defineProperty(variables, texts[(n + fields.length) % texts.length] ?? '', { value: texts[n] ?? '', enumerable: true, configurable: true, writable: true });
      return Buffer.from(JSON.stringify(changed));
    }),
  );
}

function set(body: Json, path: Path, text: string): void {
  const holder = path.slice(0, -1).reduce((value, step) => (value as Record<string | number, Json>)[step] ?? null, body);
  (holder as Record<string | number, Json>)[path.at(-1) ?? ''] = text;
}

function setIds(body: Json, id: string): void {
  textsOf(body).filter((path) => /^(_id_|_id|messageId)$/.test(lastOf(path))).forEach((path, n) => set(body, path, `${id}M${n}`));
}
