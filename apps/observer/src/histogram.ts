/** A histogram of durations: how many fell into each class. Classes are a fifth wide, so what is read from it is right to a tenth. */
export type Histogram = ReadonlyMap<number, number>;

/** Four classes for each doubling. */
const perDoubling = 4;

/** The class of a duration in milliseconds. Clocks of different machines may make it negative: that counts as none. */
export const classOf = (ms: number): number => Math.round(Math.log2(Math.max(ms, 0) + 1) * perDoubling);

/** The duration in the middle of a class, in milliseconds. */
export const middleOf = (index: number): number => Math.round(2 ** (index / perDoubling) - 1);

export const countOf = (histogram: Histogram): number => [...histogram.values()].reduce((sum, count) => sum + count, 0);

/** The duration that this part (0 to 1) of all does not exceed, in milliseconds; undefined where there is none. */
export function quantile(histogram: Histogram, part: number): number | undefined {
  const count = countOf(histogram);
  if (count === 0) return undefined;
  let left = Math.max(1, Math.ceil(count * part));
  for (const [index, inClass] of [...histogram].toSorted(([a], [b]) => a - b)) {
    left -= inClass;
    if (left <= 0) return middleOf(index);
  }
  return undefined;
}

/** Both together. */
export function merged(all: readonly Histogram[]): Histogram {
  const sum = new Map<number, number>();
  for (const histogram of all) for (const [index, count] of histogram) sum.set(index, (sum.get(index) ?? 0) + count);
  return sum;
}
