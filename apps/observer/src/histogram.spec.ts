import { classOf, merged, middleOf, quantile, type Histogram } from './histogram';

const of = (...durations: readonly number[]): Histogram => merged(durations.map((ms) => new Map([[classOf(ms), 1]])));

describe('a histogram of durations', () => {
  it.each([0, 1, 7, 40, 999, 60_000, 86_400_000])('tells %i ms to a tenth', (ms) => {
    expect(Math.abs(middleOf(classOf(ms)) - ms)).toBeLessThanOrEqual(Math.max(1, ms / 10));
  });

  it('counts what clocks make negative as nothing', () => {
    expect(middleOf(classOf(-5))).toBe(0);
  });

  it('knows the duration that a part of all does not exceed, whatever the order in which they came', () => {
    const durations = [...Array.from({ length: 99 }, () => 40), 10_000];
    for (const histogram of [of(...durations), of(...durations.reverse())]) {
      expect(quantile(histogram, 0.5)).toBe(middleOf(classOf(40)));
      expect(quantile(histogram, 0.99)).toBe(middleOf(classOf(40)));
      expect(quantile(histogram, 1)).toBe(middleOf(classOf(10_000)));
    }
  });

  it('says nothing about nothing', () => {
    expect(quantile(new Map(), 0.5)).toBeUndefined();
  });
});
