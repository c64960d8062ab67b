import { manifestOf } from '@duet/saga';
import { withinAtMost } from './orchestrator.config';
import { declaration, placeOrder } from './orchestrator.declaration';

describe('a trial with short deadlines', () => {
  const trial = withinAtMost(declaration, 20_000);

  it('shortens what is longer, and nothing else', () => {
    expect(trial.leads.map(({ steps }) => steps.map(({ withinMs }) => withinMs))).toEqual([[10_000, 20_000, 20_000, 20_000]]);
    expect(trial.leads.map(({ rejectWithinMs }) => rejectWithinMs)).toEqual([20_000]);
    const shown = (which: typeof declaration) =>
      JSON.stringify(manifestOf(which, 'test'), (key, value: unknown) => (key === 'withinMs' ? undefined : value));
    expect(shown(trial)).toEqual(shown(declaration));
  });

  it('is none unless it is asked for: the saga has its own times', () => {
    expect(withinAtMost(declaration, Infinity).leads[0]?.steps).toEqual(placeOrder.steps);
    expect(placeOrder.rejectWithinMs).toBe(60_000);
    expect(placeOrder.steps.map(({ withinMs }) => withinMs)).toEqual([10_000, 30_000, 60_000, 60_000]);
  });
});
