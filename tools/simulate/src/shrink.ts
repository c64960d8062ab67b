import type { Options } from './options.mjs';

/** What decides a run, as far as it can be made less. */
export type Asked = Pick<Options, 'seed' | 'orders' | 'style' | 'faults' | 'only' | 'atMost' | 'replicas'>;

/**
 * Looks for less that fails as well: fewer kinds of faults, fewer orders, fewer faults. Takes whatever still fails, until nothing more can be left out or `tries` are used up.
 * The same seed with less is another run, in which other things may go wrong: what is found is a failure, not always the same one.
 */
export async function shrink(asked: Asked, fails: (less: Asked) => Promise<number | undefined>, tries: number): Promise<Asked> {
  let best = asked;
  let left = tries;
  for (;;) {
    let found: Asked | undefined;
    for (const less of lessThan(best)) {
      if (left-- <= 0) return best;
      const faults = await fails(less);
      if (faults === undefined) continue;
      found = { ...less, atMost: Math.min(less.atMost ?? Infinity, faults) };
      break;
    }
    if (!found) return best;
    best = found;
  }
}

function* lessThan(asked: Asked): Generator<Asked> {
  const { faults, atMost = 0, orders } = asked;
  const only = asked.only ?? Array.from({ length: orders }, (_, place) => place + 1);
  if (asked.replicas !== 1) yield { ...asked, replicas: 1 };
  if (faults.length > 1) for (const fault of faults) yield { ...asked, faults: faults.filter((other) => other !== fault) };
  if (only.length > 1) for (const n of only) yield { ...asked, only: only.filter((other) => other !== n) };
  for (const part of [0.25, 0.5, 0.75]) if (Math.floor(atMost * part) < atMost) yield { ...asked, atMost: Math.floor(atMost * part) };
  if (atMost > 0) yield { ...asked, atMost: atMost - 1 };
}

/** How to see it. */
export function commandOf({ seed, orders, style, faults, only, atMost, replicas }: Asked, all: number): string {
  return [
    `npm run simulate -- --seed ${seed} --runs 1 --orders ${orders} --style ${style}`,
    ...(faults.length < all ? [`--faults ${faults.join(',') || 'none'}`] : []),
    ...(replicas === undefined ? [] : [`--replicas ${replicas}`]),
    ...(only ? [`--only ${only.join(',')}`] : []),
    ...(atMost === undefined || atMost === Infinity ? [] : [`--at-most ${atMost}`]),
    '--trace trace.txt',
  ].join(' ');
}
