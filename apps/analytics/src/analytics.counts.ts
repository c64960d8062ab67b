import type { Style } from '@duet/message';

/** What is counted: an order that came, and how it ended. */
export const ends = ['placed', 'confirmed', 'rejected', 'cancelled'] as const;
export type What = (typeof ends)[number];

/** What happened in one minute, in one style: so many orders, and what they brought. */
export interface Count {
  /** When the minute began, ISO 8601. */
  readonly minute: string;
  readonly style: Style;
  readonly what: What;
  /** The code of the reason for which an order came to nothing; empty otherwise. */
  readonly reason: string;
  /** Of the revenue; empty where there is none. */
  readonly currency: string;
  readonly orders: number;
  /** In minor units of the currency. */
  readonly revenue: bigint;
}

/** The minute that a time is in. @param time ISO 8601 */
export const minuteOf = (time: string): string => new Date(Math.floor(Date.parse(time) / 60_000) * 60_000).toISOString();

/** One order that came, or came to nothing. @param time when, ISO 8601 */
export const counted = (what: Exclude<What, 'confirmed'>, style: Style, time: string, reason = ''): Count => ({
  ...{ minute: minuteOf(time), style, what, reason, currency: '' },
  orders: 1,
  revenue: 0n,
});

/** One order that was carried out. @param time when, ISO 8601 @param paid by what the saga knows of it */
export const sold = (style: Style, time: string, { total, currency }: { total?: unknown; currency?: unknown }): Count => ({
  ...{ minute: minuteOf(time), style, what: 'confirmed', reason: '' },
  currency: typeof currency === 'string' ? currency : '',
  orders: 1,
  revenue: typeof total === 'number' && Number.isSafeInteger(total) ? BigInt(total) : 0n,
});

const keyOf = ({ minute, style, what, reason, currency }: Count): string => JSON.stringify([minute, style, what, reason, currency]);

/** Adds up what belongs together, in an order that is the same for everybody: whoever locks rows in it waits for nobody in a circle. */
export function summed(counts: readonly Count[]): Count[] {
  const sums = new Map<string, Count>();
  for (const count of counts) {
    const key = keyOf(count);
    const before = sums.get(key);
    sums.set(key, before ? { ...before, orders: before.orders + count.orders, revenue: before.revenue + count.revenue } : count);
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, count]) => count);
}
