import { weekdays, type ChannelRules } from './channel-rules.js';

/** Whether people attend the line at this moment; null: its hours are not configured. */
export function isOpen({ hours, timeZone }: Pick<ChannelRules, 'hours' | 'timeZone'>, at: Date): boolean | null {
  if (hours === null) return null;
  const { day, time } = wallClock(at, timeZone);
  return hours.some(({ days, from, to }) => days.some((name) => name === day) && from <= time && time < to);
}

/** The time of day on the wall of the line's customers: `14:05`, and the day of the week. */
export function wallClock(at: Date, timeZone: string): { day: (typeof weekdays)[number] | undefined; time: string } {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((each) => each.type === type)?.value ?? '';
  return { day: weekdays.find((name) => name === part('weekday').toLowerCase()), time: `${part('hour')}:${part('minute')}` };
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** How long the line is still quiet, to the minute; 0: it is not. */
export function quietForMs({ quietHours, timeZone }: Pick<ChannelRules, 'quietHours' | 'timeZone'>, at: Date): number {
  if (quietHours === null) return 0;
  const { from, to } = quietHours;
  const { time } = wallClock(at, timeZone);
  const isQuiet = from <= to ? from <= time && time < to : from <= time || time < to;
  if (!isQuiet) return 0;
  const msLeft = (minutesOf(to) - minutesOf(time)) * minuteMs;
  return msLeft > 0 ? msLeft : msLeft + dayMs;
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
