import { canMeet, catalog, faultNames } from './catalog.mjs';
import { scheduleOf } from './schedule';

const services = ['order', 'payment'];

describe('the schedule of faults', () => {
  it('is the same for the same seed, and another for another', () => {
    const one = scheduleOf(1, 300, faultNames, services);
    expect(scheduleOf(1, 300, faultNames, services)).toEqual(one);
    expect(scheduleOf(2, 300, faultNames, services)).not.toEqual(one);
  });

  it('has every fault alone before any two come at once, however short it is to be', () => {
    const short = scheduleOf(7, 1, faultNames, services);
    expect(short.map(({ firings }) => firings.length)).toEqual(faultNames.map(() => 1));
    expect(new Set(short.flatMap(({ firings }) => firings.map(({ name }) => name)))).toEqual(new Set(faultNames));
    const long = scheduleOf(7, 600, faultNames, services);
    expect(long.slice(0, faultNames.length).every(({ firings }) => firings.length === 1)).toBe(true);
    expect(long[faultNames.length]?.firings).toHaveLength(2);
  });

  it('lets two come at once only where neither hides the other, of different services', () => {
    const pairs = scheduleOf(5, 3_600, faultNames, services).flatMap(({ firings: [one, other] }) =>
      one && other ? [[one, other] as const] : [],
    );
    expect(pairs.length).toBeGreaterThan(50);
    for (const [one, other] of pairs) {
      expect(one.name).not.toBe(other.name);
      expect(canMeet(one.name, other.name)).toBe(true);
      expect(one.service).not.toBe(other.service);
    }
    expect(canMeet('kill-postgres', 'cut-database')).toBe(false);
    expect(canMeet('stop-broker', 'pause-broker')).toBe(false);
    expect(canMeet('kill-service', 'pause-service')).toBe(true);
    expect(canMeet('kill-service', 'wipe-broker')).toBe(true);
  });

  it('brings every fault together with another sooner or later, but for bad messages, which all must be there to read', () => {
    const together = scheduleOf(5, 3_600, faultNames, services).flatMap(({ firings }) => (firings.length > 1 ? firings : []));
    expect(new Set(together.map(({ name }) => name))).toEqual(new Set(faultNames.filter((name) => name !== 'poison')));
  });

  it('fills the time that it is given, and no fault lasts longer or shorter than it says', () => {
    const strikes = scheduleOf(3, 600, faultNames, services);
    const total = strikes.reduce((sum, { quietMs, firings }) => sum + quietMs + Math.max(...firings.map(({ lastsMs }) => lastsMs)), 0);
    expect(total).toBeGreaterThanOrEqual(600_000);
    expect(total).toBeLessThan(620_000);
    for (const { name, lastsMs } of strikes.flatMap(({ firings }) => firings)) {
      expect(lastsMs).toBeGreaterThanOrEqual(catalog[name].lasts[0] * 1_000);
      expect(lastsMs).toBeLessThanOrEqual(catalog[name].lasts[1] * 1_000);
    }
  });

  it('strikes every service', () => {
    const struck = scheduleOf(4, 600, faultNames, services).flatMap(({ firings }) => firings.map(({ service }) => service));
    expect(new Set(struck)).toEqual(new Set(services));
  });
});
