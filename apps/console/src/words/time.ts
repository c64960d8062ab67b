const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** The time of day on the reader's own clock, `14:02:11`, with the day before it where that is not `now`'s. */
export function timeText(iso: string, now = Date.now()): string {
  const at = new Date(iso);
  return at.toDateString() === new Date(now).toDateString() ? clock.format(at) : `${day.format(at)} ${clock.format(at)}`;
}

/** `14:02:11.204`, on the reader's own clock. */
export const preciseTimeText = (iso: string): string => `${clock.format(new Date(iso))}.${iso.slice(20, 23).padEnd(3, '0')}`;
