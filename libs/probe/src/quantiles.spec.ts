import { median, percentile } from './quantiles';

describe('many values', () => {
  it('have a median, also of an even number, and none of nothing', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 2, 9])).toBe(3);
    expect(median([])).toBeNaN();
  });

  it('have percentiles that are values which occurred', () => {
    const hundred = Array.from({ length: 100 }, (_, n) => 100 - n);
    expect([0, 0.5, 0.95, 0.99, 1].map((share) => percentile(hundred, share))).toEqual([1, 50, 95, 99, 100]);
    expect(percentile([7], 0.99)).toBe(7);
    expect(percentile([], 0.5)).toBeNaN();
  });
});
