import { chance } from '@duet/testbed';
import { canMeet, catalog, type FaultName, isOfService } from './catalog.mjs';

/** One fault of a run. */
export interface Firing {
  readonly name: FaultName;
  /** The service that it is for, if it is for one. */
  readonly service: string;
  /** In milliseconds, once it is seen to have happened. */
  readonly lastsMs: number;
  /** At least 0, below 1: what else there is to be decided. */
  readonly chance: number;
}

/** What happens at once: one fault, or two. */
export interface Strike {
  /** How long all is well before it, after the recovery from the one before, in milliseconds. */
  readonly quietMs: number;
  readonly firings: readonly Firing[];
}

const quiet = { leastMs: 1_000, mostMs: 3_000 };

/**
 * What happens in which order: all faults one by one in a random order, then as many as go together two at once, and so on in turns until the time is up; the first time all
 * of them, however long that takes. The same seed gives the same.
 * @param seconds of faults and the quiet between them: as many as there can be if recovering took no time
 */
export function scheduleOf(seed: number, seconds: number, faults: readonly FaultName[], services: readonly string[]): Strike[] {
  const next = chance(seed);
  const between = (least: number, most: number): number => Math.round(least + next() * (most - least));
  const strikes: Strike[] = [];
  let left = seconds * 1_000;
  for (let round = 0; round === 0 || left > 0; round++) {
    const order = shuffled(faults, next);
    for (const names of round % 2 === 0 ? order.map((name) => [name]) : pairsOf(order)) {
      if (round > 0 && left <= 0) break;
      const struck = shuffled(services, next);
      const firings = names.map((name, n): Firing => {
        const [least, most] = catalog[name].lasts;
        return { name, service: struck[n] ?? '', lastsMs: between(least * 1_000, most * 1_000), chance: next() };
      });
      const strike = { quietMs: between(quiet.leastMs, quiet.mostMs), firings };
      strikes.push(strike);
      left -= strike.quietMs + Math.max(...firings.map(({ lastsMs }) => lastsMs));
    }
  }
  return strikes;
}

/** Whom a fault is for, in words. */
export const whom = ({ name, service }: Firing): string => (isOfService(name) ? `${name} (${service})` : name);

/** Neighbours that can happen at once; whoever finds nobody is left out. */
function pairsOf(names: readonly FaultName[]): FaultName[][] {
  const alone: FaultName[] = [];
  return names.flatMap((name) => {
    const other = alone.findIndex((one) => canMeet(one, name));
    if (other >= 0) return [[...alone.splice(other, 1), name]];
    alone.push(name);
    return [];
  });
}

function shuffled<T>(values: readonly T[], next: () => number): T[] {
  const left = [...values];
  return values.map(() => left.splice(Math.floor(next() * left.length), 1)[0] as T);
}
