import { catalog, faultNames } from './catalog.mjs';
import { scheduleOf } from './schedule';

const services = ['order', 'payment'];

describe('the schedule of faults', () => {
  it('is the same for the same seed, and another for another', () => {
    const one = scheduleOf(1, 300, faultNames, services);
    expect(scheduleOf(1, 300, faultNames, services)).toEqual(one);
    expect(scheduleOf(2, 300, faultNames, services)).not.toEqual(one);
  });

  it('has every fault before any comes again, however short it is to be', () => {
    const short = scheduleOf(7, 1, faultNames, services);
    expect(short.map(({ name }) => name).sort()).toEqual([...faultNames].sort());
    const long = scheduleOf(7, 600, faultNames, services);
    expect(new Set(long.slice(0, faultNames.length).map(({ name }) => name)).size).toBe(faultNames.length);
  });

  it('fills the time that it is given, and no fault lasts longer or shorter than it says', () => {
    const firings = scheduleOf(3, 600, faultNames, services);
    const total = firings.reduce((sum, { quietMs, lastsMs }) => sum + quietMs + lastsMs, 0);
    expect(total).toBeGreaterThanOrEqual(600_000);
    expect(total).toBeLessThan(620_000);
    for (const { name, lastsMs } of firings) {
      expect(lastsMs).toBeGreaterThanOrEqual(catalog[name].lasts[0] * 1_000);
      expect(lastsMs).toBeLessThanOrEqual(catalog[name].lasts[1] * 1_000);
    }
  });

  it('strikes every service', () => {
    expect(new Set(scheduleOf(4, 600, faultNames, services).map(({ service }) => service))).toEqual(new Set(services));
  });
});
