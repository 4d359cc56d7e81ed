const clockFormat = new Intl.DateTimeFormat('es', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const preciseFormat = new Intl.DateTimeFormat('es', { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3, hourCycle: 'h23' });

export const clock = (iso) => clockFormat.format(new Date(iso));
export const preciseClock = (iso) => preciseFormat.format(new Date(iso));

/** 480 ms, 2,1 s, 3 min 5 s, 23 h 59 min */
export function span(ms) {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 60_000) return `${(ms / 1000).toLocaleString('es', { maximumFractionDigits: 1 })} s`;
  const minutes = Math.floor(ms / 60_000);
  return minutes < 60 ? `${minutes} min ${Math.floor((ms % 60_000) / 1000)} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function ago(iso, now = Date.now()) {
  const seconds = Math.floor((now - Date.parse(iso)) / 1000);
  if (seconds < 2) return 'ahora';
  if (seconds < 60) return `hace ${seconds} s`;
  if (seconds < 3600) return `hace ${Math.floor(seconds / 60)} min`;
  return `hace ${Math.floor(seconds / 3600)} h`;
}

/** Time left: 29:58, or 23 h 59 min. */
export function left(iso, now = Date.now()) {
  const seconds = Math.max(0, Math.round((Date.parse(iso) - now) / 1000));
  if (seconds >= 3600) return span(seconds * 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

const styles = { ago, left };

/** Shows a time that keeps itself up to date; `style` is `ago` or `left`. */
export function showTime(element, iso, style) {
  element.dataset.at = iso;
  element.dataset.style = style;
  element.title = preciseClock(iso);
  element.textContent = styles[style](iso);
}

export function startClock() {
  setInterval(() => {
    for (const element of document.querySelectorAll('[data-at]')) {
      const text = styles[element.dataset.style]?.(element.dataset.at);
      if (text !== undefined && text !== element.textContent) element.textContent = text;
    }
  }, 1000);
}
