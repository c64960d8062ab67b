import { tellSight } from './told';

const view = { name: 'overview', p50: 10, p95: 199.9, p99: 300, kilobytes: 12 };
const beside = { rate: 250, without: { p50: 50, p99: 100 }, beside: { p50: 60, p99: 150 }, p99: 1.5 };

describe('what is told of the observer', () => {
  it('says which goals were missed, and nothing of those that were met', () => {
    const met = tellSight({ style: 'hybrid', sagas: 100_000, views: [view], beside, idle: 1.9 });
    expect(met).toContain('100,000');
    expect(met).not.toContain('missed');
    const missed = tellSight({ style: 'hybrid', sagas: 1, views: [{ ...view, p95: 200 }], beside: { ...beside, p99: 1.51 }, idle: 2 });
    expect(missed.split('\n').filter((line) => line.includes('missed'))).toHaveLength(3);
  });

  it('leaves out what was not measured', () => {
    expect(tellSight({ style: 'hybrid', sagas: 1 })).toBe(`${'style'.padEnd(24)}  hybrid\n`);
  });
});
