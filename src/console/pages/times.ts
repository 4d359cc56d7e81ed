/** Times as the console shows them, in the time zone of the process (the variable `TZ`). */
export const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

const format = (options: Intl.DateTimeFormatOptions): ((date: Date) => string) => {
  const formatter = new Intl.DateTimeFormat('es', options);
  return (date) => formatter.format(date);
};

/** 14:03:27 */
export const clockTime = format({ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
/** lunes, 2 de marzo de 2026 */
export const dayName = format({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
/** 2 mar 2026, 14:03 */
export const moment = format({ day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

const hourMinute = format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const dayKey = format({ day: 'numeric', month: 'numeric', year: 'numeric' });
const dayMonth = format({ day: 'numeric', month: 'short' });
const dayMonthYear = format({ day: 'numeric', month: 'short', year: 'numeric' });

export const isSameDay = (a: Date, b: Date): boolean => dayKey(a) === dayKey(b);

/** As short as it stays clear: the time today, the day this year, the whole date before. */
export function shortMoment(date: Date, now: Date): string {
  if (isSameDay(date, now)) return hourMinute(date);
  return date.getFullYear() === now.getFullYear() ? dayMonth(date) : dayMonthYear(date);
}

/** How long something took: 480 ms, 2,1 s, 3 min 5 s, 4 h 10 min. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toLocaleString('es', { maximumFractionDigits: 1 })} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min ${Math.floor((ms % 60_000) / 1000)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** The beginning of a day (2026-03-01) in the console's time zone; undefined for anything that isn't just a day. */
export function localMidnight(day: string | undefined): Date | undefined {
  return day !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(day) ? new Date(`${day}T00:00:00`) : undefined;
}
