import { waitMs } from './order.deadline';

const [second, minute, hour] = [1_000, 60_000, 3_600_000];

describe('a deadline that has passed', () => {
  it('passes again after twice the time, and so on up to an hour', () => {
    expect([1, 2, 3, 4].map((times) => waitMs(10 * minute, times))).toEqual([20 * minute, 40 * minute, hour, hour]);
    expect(waitMs(second, 1_000)).toBe(hour);
  });

  it('that was longer than an hour passes again after as long', () => {
    expect([1, 2, 3].map((times) => waitMs(24 * hour, times))).toEqual([24 * hour, 24 * hour, 24 * hour]);
  });
});
