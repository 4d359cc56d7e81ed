// A loader hook: changes one place of one built file as it is loaded. Fails when the place is not there.
let rewrite;

export function initialize(data) {
  rewrite = data;
}

export async function load(url, context, next) {
  const loaded = await next(url, context);
  if (!url.endsWith(rewrite.file)) return loaded;
  const source = String(loaded.source);
  const pattern = new RegExp(rewrite.find);
  if (!pattern.test(source)) throw new Error(`${rewrite.file} holds no ${rewrite.find}: mend test/chaos/preload/sabotage.mjs`);
  return { ...loaded, source: source.replace(pattern, rewrite.put) };
}
