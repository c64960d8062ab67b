import { chance, pick } from '@duet/testbed';
import { catalog, type FaultName } from './catalog.mjs';

/** One fault of a run. Times in milliseconds. */
export interface Firing {
  readonly name: FaultName;
  /** The service that it is for, if it is for one. */
  readonly service: string;
  /** How long all is well before it, after the recovery from the one before. */
  readonly quietMs: number;
  readonly lastsMs: number;
}

const quiet = { leastMs: 1_000, mostMs: 3_000 };

/**
 * What happens in which order: all faults in a random order, then all in another, until the time is up; the first time all of them, however long that takes. The same seed gives the same.
 * @param seconds of faults and the quiet between them; recoveries come on top
 */
export function scheduleOf(seed: number, seconds: number, faults: readonly FaultName[], services: readonly string[]): Firing[] {
  const next = chance(seed);
  const firings: Firing[] = [];
  let total = 0;
  while (total < seconds * 1_000) {
    for (const name of shuffled(faults, next)) {
      if (firings.length >= faults.length && total >= seconds * 1_000) break;
      const [least, most] = catalog[name].lasts;
      const firing = {
        name,
        service: pick(services, next),
        quietMs: Math.round(quiet.leastMs + next() * (quiet.mostMs - quiet.leastMs)),
        lastsMs: Math.round((least + next() * (most - least)) * 1_000),
      };
      firings.push(firing);
      total += firing.quietMs + firing.lastsMs;
    }
  }
  return firings;
}

function shuffled<T>(values: readonly T[], next: () => number): T[] {
  const left = [...values];
  return values.map(() => left.splice(Math.floor(next() * left.length), 1)[0] as T);
}
