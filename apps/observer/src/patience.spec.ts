import { classOf, type Histogram } from './histogram';
import { patienceMs, usuallyMs } from './patience';

const often = (ms: number, count: number): Histogram => new Map([[classOf(ms), count]]);

describe('patience with a service', () => {
  it('ends with its deadline, where that is earlier than far beyond the usual', () => {
    expect(patienceMs(often(1_000, 100), 3_000)).toBe(3_000);
  });
  it('ends far beyond the usual, where that is earlier than its deadline', () => {
    expect(patienceMs(often(1_000, 100), 60_000)).toBeGreaterThan(8_000);
    expect(patienceMs(often(1_000, 100), 60_000)).toBeLessThan(12_000);
  });
  it('never ends before 5 s for what is usually quick, so that a pause is no stall', () => {
    expect(patienceMs(often(1, 100), undefined)).toBe(5_000);
  });
  it('ends with its deadline or after 30 s, while too few are known', () => {
    expect(patienceMs(often(1, 19), 60_000)).toBe(60_000);
    expect(patienceMs(often(1, 19), undefined)).toBe(30_000);
    expect(usuallyMs(often(1, 19))).toBeUndefined();
  });
});
