/** What a copy of a message says: its words, or the address of the medium that has none. */
export function saidBy({ text, media }: { text: string | null; media: readonly { url: string }[] }): string | null {
  return text ?? media[0]?.url ?? null;
}

/** The words of a medium: Botmaker may keep it under an address of its own [G], so two different ones may be the same medium. */
export function isAddress(words: string | null): boolean {
  return words !== null && /^https?:\/\/\S+$/i.test(words);
}

/** Equal up to Unicode form and white space, which platforms change on the way. */
export function isSameText(ours: string | null, theirs: string | null): boolean {
  return ours !== null && normal(ours) === normal(theirs);
}

const normal = (text: string | null): string => (text ?? '').normalize('NFC').replace(/\s+/gu, ' ').trim();
