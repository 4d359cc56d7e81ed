const nearPx = 60;

/**
 * Keeps a scrolled list at its end for as long as the reader is there. `settle(mark)` is called after each drawing; `onAway`
 * hears whether there is something newer below.
 */
export function stickToEnd(element, onAway = () => undefined) {
  let isAtEnd = true;
  let settled = null;
  const toEnd = () => {
    element.scrollTop = element.scrollHeight;
  };
  element.addEventListener('scroll', () => {
    isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < nearPx;
    if (isAtEnd) onAway(false);
  });
  new ResizeObserver(() => isAtEnd && toEnd()).observe(element);
  return {
    toEnd() {
      isAtEnd = true;
      onAway(false);
      toEnd();
    },
    settle(mark) {
      if (isAtEnd) toEnd();
      else if (settled !== null && settled !== mark) onAway(true);
      settled = mark;
    },
  };
}

/** Brings what `find` finds into view when another run is followed, and only then. */
export function onFollow(find) {
  let shown = null;
  return (runId) => {
    if (runId === shown) return;
    shown = runId;
    if (runId !== null) find()?.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
  };
}
