import type { Style } from '@duet/message';
import { Chance } from './chance';
import { type Fault, faultNames, styles } from './options.mjs';

/** One order of a plan, and what its customer does about it. Times are milliseconds after the services have started. */
export interface OrderPlan {
  /** Its number in the plan, from 1. */
  readonly n: number;
  /** Its Idempotency-Key. */
  readonly key: string;
  readonly style: Style;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
  readonly paymentMethod: string;
  readonly country: string;
  readonly atMs: number;
  readonly cancelAtMs: number | undefined;
  /** The same request is sent once more, so long after the first. */
  readonly againAfterMs: number | undefined;
}

/** A run, as far as it is decided before it begins. */
export interface Plan {
  readonly seed: number;
  readonly orders: readonly OrderPlan[];
  readonly faults: ReadonlySet<Fault>;
  /** Faults beyond this number do not happen: for finding the one that matters. */
  readonly atMost: number;
  /** How long things go wrong, in milliseconds. */
  readonly roughMs: number;
  /** Replicas of each service. */
  readonly replicas: number;
  /** What has not come to rest by then never will, in milliseconds. */
  readonly patienceMs: number;
}

export interface PlanOptions {
  readonly seed: number;
  readonly orders: number;
  readonly style: Style | 'mix';
  readonly faults?: readonly Fault[];
  readonly cancels?: boolean;
  readonly atMost?: number;
  /** Only the orders of these numbers. */
  readonly only?: readonly number[];
  readonly replicas?: number;
  readonly patienceMs?: number;
}

/** What there is at the beginning: enough of one thing, too little of another. */
export const stock = { tea: 1_000, cup: 5 } as const;
export const prices = { tea: 450, cup: 1_200 } as const;

/** The plan of a seed: always the same. An order is the same whatever other orders there are, and in whatever style. */
export function planOf({
  seed,
  orders,
  style,
  faults: wanted = faultNames,
  cancels = true,
  atMost = Infinity,
  only,
  replicas,
  patienceMs = 30 * 60_000,
}: PlanOptions): Plan {
  const numbers = Array.from({ length: orders }, (_, place) => place + 1).filter((n) => !only || only.includes(n));
  return {
    seed,
    orders: numbers.map((n) => orderOf(new Chance(seed, `order ${n}`), n, style, cancels)),
    faults: new Set(wanted),
    atMost,
    roughMs: 25_000,
    patienceMs,
    replicas: replicas ?? new Chance(seed, 'replicas').pick([1, 1, 2]),
  };
}

function orderOf(chance: Chance, n: number, style: Style | 'mix', cancels: boolean): OrderPlan {
  const own = chance.pick(styles);
  const skus = chance.weighted({ tea: 5, cup: 2, both: 2 });
  const quantity = () => 1 + chance.below(3);
  const lines = skus === 'both' ? ['tea', 'cup'].map((sku) => ({ sku, quantity: quantity() })) : [{ sku: skus, quantity: quantity() }];
  const paymentMethod = chance.weighted({ card_ok: 6, card_slow: 1, card_flaky: 2, card_declined: 1 });
  const country = chance.weighted({ CH: 7, AQ: 1 });
  const atMs = chance.between(0, 10_000);
  const cancelAtMs = atMs + chance.between(0, 15_000) ** chance.between(0.5, 1);
  const cancelled = chance.happens(0.25);
  const againAfterMs = chance.between(0, 8_000);
  const again = chance.happens(0.25);
  return {
    n,
    key: `${chance
      .below(2 ** 32)
      .toString(16)
      .padStart(8, '0')}-0000-4000-8000-${String(n).padStart(12, '0')}`,
    style: style === 'mix' ? own : style,
    ...{ lines, paymentMethod, country, atMs },
    cancelAtMs: cancels && cancelled ? cancelAtMs : undefined,
    againAfterMs: again ? againAfterMs : undefined,
  };
}
