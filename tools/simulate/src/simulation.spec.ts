import 'reflect-metadata';
import { runAsked } from './compare';
import { faultNames } from './options.mjs';
import { planOf } from './plan';
import type { Twin } from './services';
import { Simulation } from './simulation';
import { planted } from './twins.fixture';

jest.setTimeout(300_000);

/** What has not come to rest in three minutes would not in thirty: nothing in these runs waits for so long. */
const patienceMs = 180_000;
const all = { orders: 8, faults: faultNames };

describe('the simulated system', () => {
  let simulation: Simulation;
  beforeAll(async () => {
    simulation = await Simulation.create();
  });
  afterAll(() => simulation.close());

  it('does the same for the same seed, to the byte, whatever was run before', async () => {
    const plan = planOf({ seed: 2, style: 'mix', ...all });
    const first = await simulation.run(plan);
    await simulation.run(planOf({ seed: 3, style: 'mix', ...all }));
    const again = await simulation.run(plan);
    expect(again.trace).toEqual(first.trace);
    expect(again.digest).toBe(first.digest);
  });

  it('does something else for another seed', async () => {
    const [one, other] = [
      await simulation.run(planOf({ seed: 4, style: 'mix', ...all })),
      await simulation.run(planOf({ seed: 5, style: 'mix', ...all })),
    ];
    expect(one.digest).not.toBe(other.digest);
  });

  it.each([11, 12, 13, 14])('keeps its promises whatever goes wrong: seed %i', async (seed) => {
    const { violations, outcomes, happened } = await simulation.run(planOf({ seed, style: 'mix', ...all }));
    expect(violations).toEqual([]);
    expect(outcomes).toHaveLength(all.orders);
    expect(happened.size).toBeGreaterThan(5);
  });

  it.each([[21, []] as const, [22, faultNames] as const])(
    'comes to the same in every style for equal orders: seed %i, with faults %j',
    async (seed, faults) => {
      const reports = await runAsked(simulation, { seed, orders: 8, style: 'compare', faults });
      expect(reports.flatMap(({ violations }) => violations)).toEqual([]);
      expect(reports.map(({ outcomes }) => outcomes.length)).toEqual([8, 8, 8]);
    },
  );

  it.each(Object.entries(planted))('does not hide that a service %s', async (_, { twin, faults, breaks, within }) => {
    const { noting, isPlanted } = watched(twin);
    for (let seed = 1; seed <= within; seed++) {
      const { violations } = await simulation.run(planOf({ seed, orders: 8, style: 'mix', faults, patienceMs }), noting);
      if (violations.length === 0) continue;
      expect(isPlanted()).toBe(true);
      expect(violations.map(({ promise }) => promise)).toContain(breaks);
      return;
    }
    throw new Error(`not seen within ${within} seeds`);
  });
});

/** A statement that has changed since would leave nothing planted. */
function watched(twin: Twin): { noting: Twin; isPlanted: () => boolean } {
  const { sql } = twin;
  let changed = sql === undefined;
  const noting = (text: string): string => {
    const other = sql?.(text) ?? text;
    changed ||= other !== text;
    return other;
  };
  return { noting: { ...twin, ...(sql && { sql: noting }) }, isPlanted: () => changed };
}
