/**
 * Keeps the children of `parent` in step with a list. `create(item)` makes `{ node, update }` once per key; afterwards only
 * `update(item)` is called, so that focus, selection and animations survive.
 */
export function keyedList(parent, keyOf, create) {
  const shown = new Map();
  return (items) => {
    const keys = new Set();
    let previous = null;
    for (const item of items) {
      const key = keyOf(item);
      keys.add(key);
      let entry = shown.get(key);
      if (!entry) shown.set(key, (entry = create(item)));
      entry.update(item);
      const place = previous ? previous.nextSibling : parent.firstChild;
      if (place !== entry.node) parent.insertBefore(entry.node, place);
      previous = entry.node;
    }
    for (const [key, { node }] of shown) {
      if (keys.has(key)) continue;
      node.remove();
      shown.delete(key);
    }
  };
}
