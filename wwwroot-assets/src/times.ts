import { whenPresent } from './presence';

const dateTime = new Intl.DateTimeFormat(undefined, {
  year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
});
const dateOnly = new Intl.DateTimeFormat(undefined, { year: 'numeric', month: 'short', day: 'numeric' });
const timeOnly = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const minuteOnly = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const dayOnly = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto', style: 'long' });

const steps: [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['day', 86_400], ['hour', 3_600], ['minute', 60], ['second', 1],
];
const relativeUpToSeconds = 7 * 86_400;

/** A time older or further away than a week reads better as a date. */
export function relativeText(time: Date, now: Date): string {
  const seconds = Math.round((time.getTime() - now.getTime()) / 1000);
  if (Math.abs(seconds) >= relativeUpToSeconds) return dateOnly.format(time);
  const [unit, size] = steps.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1];
  return relative.format(Math.trunc(seconds / size), unit);
}

function textOf(time: Date, format: string | undefined): string {
  switch (format) {
    case 'relative': return relativeText(time, new Date());
    case 'date': return dateOnly.format(time);
    case 'minute': return minuteOnly.format(time);
    case 'day': return dayOnly.format(time);
    case 'clock': return timeOnly.format(time);
    default: return dateTime.format(time);
  }
}

/** Changes the text node that is there instead of replacing it, because Blazor keeps updating that very node. */
function localize(element: HTMLTimeElement): void {
  const time = new Date(element.dateTime);
  if (Number.isNaN(time.getTime())) return;
  const text = textOf(time, element.dataset['time']);
  if (element.textContent === text) return;
  if (element.firstChild instanceof Text && element.childNodes.length === 1) element.firstChild.data = text;
  else element.textContent = text;
}

export function startTimes(): void {
  whenPresent<HTMLTimeElement>('time[data-time]', localize);
  setInterval(() => document.querySelectorAll<HTMLTimeElement>('time[data-time="relative"]').forEach(localize), 15_000);
}
