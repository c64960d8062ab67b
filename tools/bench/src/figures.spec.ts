import { best, resultOf, type SystemSlice, tellResult, tellTrouble, troubleOf } from './figures';

const slice = (clients: number | undefined, perSecond: number, more: Partial<SystemSlice> = {}): SystemSlice => ({
  clients,
  perSecond,
  latencies: [10, 20, 30, 40],
  orders: 1_000,
  cpu: { services: 1, broker: 0.25, database: 0.5, load: 0.125 },
  messages: 7_000,
  ...more,
});

describe('figures', () => {
  it('come from the number of clients whose median is best, not from the best slice', () => {
    const steady = [slice(64, 500), slice(64, 510), slice(64, 490)];
    const lucky = [slice(128, 900), slice(128, 300), slice(128, 310)];
    expect(best([...steady, ...lucky])).toEqual(steady);
  });

  it('are exactly those of the result, per order of all slices that count', () => {
    const slices = [slice(64, 400), slice(64, 500, { orders: 2_000, messages: 15_000 }), slice(64, 450), slice(128, 20)];
    expect(resultOf({ style: 'choreography', slices, floor: [900, 1_000, 1_100], orders: 5_000, wrong: 0 })).toEqual({
      style: 'choreography',
      sagasPerSecond: 450,
      floorPerSecond: 1_000,
      ratio: 0.45,
      p50: 20,
      p95: 40,
      p99: 40,
      cpuSecondsPer1000: { all: 1.88, services: 1, broker: 0.25, database: 0.5, load: 0.13 },
      messagesPerSaga: 7.25,
      orders: 5_000,
      wrong: 0,
    });
  });

  it('leave CPU out where the machine does not tell, and say so', () => {
    const result = resultOf({
      style: 'hybrid',
      slices: [slice(undefined, 50, { cpu: undefined })],
      floor: [100],
      orders: 1_000,
      wrong: 1,
    });
    expect(result).not.toHaveProperty('cpuSecondsPer1000');
    expect(tellResult(result, undefined)).toContain('not known: it is read from /proc');
    expect(tellResult(result, undefined)).toContain('1000 orders, 1 wrong');
  });

  it('beside trouble are medians of slices, and how they compare with those in which all is well', () => {
    const paced = (perSecond: number, slowest: number) => ({ perSecond, latencies: [10, 20, slowest] });
    const result = troubleOf({
      style: 'hybrid',
      calm: [paced(100, 40), paced(120, 50), paced(90, 45)],
      troubled: [paced(95, 90), paced(70, 400), paced(97, 60)],
      ...{ parked: 31, calling: 270, poison: 1_200, orders: 9_000, wrong: 0 },
    });
    expect(result).toEqual({
      style: 'hybrid',
      calm: { perSecond: 100, p50: 20, p99: 45 },
      troubled: { perSecond: 95, p50: 20, p99: 90 },
      ...{ rate: 0.95, p99: 2, parked: 10, calling: 90, poison: 1_200, orders: 9_000, wrong: 0 },
    });
    expect(tellTrouble(result)).toContain('95 orders a second, 20 ms (p50), 90 ms (p99): 0.95 of the rate, 2 times the p99');
  });
});
