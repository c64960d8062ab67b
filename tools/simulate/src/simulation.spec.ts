import 'reflect-metadata';
import { planOf } from './plan';
import { Simulation } from './simulation';

jest.setTimeout(120_000);

describe('a simulated run', () => {
  let simulation: Simulation;
  beforeAll(async () => {
    simulation = await Simulation.create();
  });

  afterAll(() => simulation.close());

  it.each(['choreography', 'orchestration', 'hybrid'] as const)('brings every order to its end, and nothing is left: %s', async (style) => {
    const { violations, outcomes } = await simulation.run(planOf({ seed: 1, orders: 6, style, faults: [] }));
    expect(violations).toEqual([]);
    expect(outcomes).toHaveLength(6);
  });

  it('is the same for the same seed, to the byte, whatever ran before it', async () => {
    const plan = planOf({ seed: 2, orders: 6, style: 'mix' });
    const first = await simulation.run(plan);
    await simulation.run(planOf({ seed: 3, orders: 6, style: 'mix' }));
    const again = await simulation.run(plan);
    expect(again.trace).toEqual(first.trace);
    expect(again.digest).toBe(first.digest);
  });
});
