import { participantFields } from '@duet/participant';
import { env } from '@duet/platform';
import type { Declaration } from '@duet/saga';

export const fields = {
  ...participantFields('orchestrator', 3006),
  /**
   * For tests and trials: no `within` counts as longer than this, in milliseconds. A deadline of half a minute cannot be waited for a hundred times. Only how long it is changes,
   * so what is seen is what happens: the same timers, by the database's clock, after the same reading. The saga's own times are the ones for production.
   */
  withinAtMostMs: env.duration('WITHIN_AT_MOST', { default: Infinity, from: '100ms' }),
};

/** The same declaration, where no step of a saga, and no reject, has longer than `mostMs` milliseconds. */
export const withinAtMost = (declaration: Declaration, mostMs: number): Declaration => ({
  ...declaration,
  leads: declaration.leads.map((definition) => ({
    ...definition,
    rejectWithinMs: Math.min(definition.rejectWithinMs, mostMs),
    steps: definition.steps.map((step) => ({ ...step, withinMs: Math.min(step.withinMs, mostMs) })),
  })),
});
