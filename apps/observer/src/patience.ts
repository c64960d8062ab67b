import { countOf, type Histogram, quantile } from './histogram';

/** Below this nobody is called silent: a garbage collection, a rebalance or a restart is no stall. In milliseconds. */
const leastMs = 5_000;
/** So many times longer than all but one of a hundred is far beyond what is usual. */
const beyond = 10;
/** From so few nothing is concluded. */
const enough = 20;
/** Where neither a deadline nor enough others tell, in milliseconds. */
const unknownMs = 30_000;

/**
 * How long to wait for a step before its service is called silent, in milliseconds: until its deadline, or far beyond what it usually takes, whichever is earlier.
 * `withinMs`: what its leader allows.
 */
export function patienceMs(histogram: Histogram, withinMs: number | undefined): number {
  const p99 = countOf(histogram) >= enough ? quantile(histogram, 0.99) : undefined;
  const usual = p99 === undefined ? undefined : Math.max(leastMs, beyond * p99);
  return Math.min(usual ?? withinMs ?? unknownMs, withinMs ?? Infinity);
}

/** What it usually takes, in milliseconds; undefined while too few are known. */
export const usuallyMs = (histogram: Histogram): number | undefined =>
  countOf(histogram) >= enough ? quantile(histogram, 0.5) : undefined;

/** The rules, for those who are shown what follows from them. */
export const rules: readonly string[] = [
  `stalled: what a saga waits for is overdue by its deadline (within), or by ${beyond} times the 99th percentile of that step in this process and style, but not before ${leastMs / 1_000} s; while fewer than ${enough} such steps are known and it has no deadline, ${unknownMs / 1_000} s. Where nobody leads, it is overdue at the latest when the deadline has passed that whoever began the saga keeps for the whole of it.`,
  'loop: one type of message stands three times in the lineage of another of its type, or a message is over the limit of hops.',
  'undo-incomplete: nothing is on its way any more in a saga that was turned back, and a step that was done has an undo that was not done.',
  'undo-failed: an undo waits for a person. parked: anything does.',
];
