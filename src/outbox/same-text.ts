/** Equal up to Unicode form and white space, which platforms change on the way. */
export function isSameText(ours: string | null, theirs: string | null): boolean {
  return ours !== null && normal(ours) === normal(theirs);
}

const normal = (text: string | null): string => (text ?? '').normalize('NFC').replace(/\s+/gu, ' ').trim();
