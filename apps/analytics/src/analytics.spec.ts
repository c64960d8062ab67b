import { counted, minuteOf, sold, summed } from './analytics.counts';

const time = '2026-01-02T03:04:59.999Z';

describe('what is counted', () => {
  it('belongs to the minute in which it was told', () => {
    expect(minuteOf(time)).toBe('2026-01-02T03:04:00.000Z');
    expect(minuteOf('2026-01-02T03:05:00.000Z')).toBe('2026-01-02T03:05:00.000Z');
  });

  it('is added up by minute, style, kind, reason and currency, in one order whatever came first', () => {
    const counts = [
      sold('hybrid', time, { total: 250, currency: 'CHF' }),
      counted('rejected', 'hybrid', time, 'no-stock'),
      sold('hybrid', time, { total: 1_000, currency: 'CHF' }),
      sold('hybrid', time, { total: 5, currency: 'EUR' }),
      counted('rejected', 'choreography', time, 'no-stock'),
    ];
    const all = summed(counts);
    expect(all.map(({ style, what, reason, currency, orders, revenue }) => [style, what, reason, currency, orders, revenue])).toEqual([
      ['choreography', 'rejected', 'no-stock', '', 1, 0n],
      ['hybrid', 'confirmed', '', 'CHF', 2, 1_250n],
      ['hybrid', 'confirmed', '', 'EUR', 1, 5n],
      ['hybrid', 'rejected', 'no-stock', '', 1, 0n],
    ]);
    expect(summed([...counts].reverse())).toEqual(all);
  });

  it('brings nothing where the saga does not know what it is about', () =>
    expect(sold('hybrid', time, { total: 'much' })).toMatchObject({ orders: 1, revenue: 0n, currency: '' }));
});
