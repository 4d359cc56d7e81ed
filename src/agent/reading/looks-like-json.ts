/** Also true for JSON that is broken or cut off, and for code blocks: what begins like data is not a sentence. */
export function looksLikeJson(text: string): boolean {
  const bare = text.trim();
  return /^```/.test(bare) || /^\{\s*["'}]/.test(bare) || /^\[\s*[[{"'\]]/.test(bare) || /^\[\s*(?:-?\d|true|false|null)[\s\S]*\]$/.test(bare);
}
