import type { MinuteView } from '../api/types';

/** How much there was in each of the last sixty minutes, the oldest first. */
export function perMinute<M extends Pick<MinuteView, 'minute'>>(
  minutes: readonly M[],
  asOf: string,
  count: (minute: M) => number,
): number[] {
  const last = Math.floor(Date.parse(asOf) / 60_000);
  const found = Array.from({ length: 60 }, () => 0);
  for (const minute of minutes) {
    const at = 59 - (last - Math.floor(Date.parse(minute.minute) / 60_000));
    if (at >= 0 && at < 60) found[at] = (found[at] ?? 0) + count(minute);
  }
  return found;
}

/** Sums by a name, the largest first. */
export function sums<T>(items: readonly T[], nameOf: (item: T) => string | undefined, count: (item: T) => number): [string, number][] {
  const found = new Map<string, number>();
  for (const item of items) {
    const name = nameOf(item);
    if (name !== undefined) found.set(name, (found.get(name) ?? 0) + count(item));
  }
  return [...found].filter(([, sum]) => sum > 0).sort(([, a], [, b]) => b - a);
}
