import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { cpuIsTold } from '@duet/probe';
import { measureBehind, measureBeside, topOf } from './beside';
import { Place, type Plan, say } from './place';
import { type SightResult, tellSight } from './told';
import { measureViews } from './views';

export type { Plan } from './place';

/** Before anything is copied: some orders of every fate, and the compiler has seen enough. */
const warmUp = { rate: 50, seconds: 10 };
const idleSeconds = 20;

/** Measures what was asked for, and tells. */
export async function sight(plan: Plan): Promise<void> {
  const { style, sagas, only, half, json } = plan.options;
  const isAsked = (part: (typeof only)[number]): boolean => only.includes(part);
  const place = await Place.open(plan);
  try {
    say('warming up …');
    await place.place({ rate: warmUp.rate }, warmUp.seconds);
    await place.settled();
    const views = isAsked('views') ? await measureViews(place) : undefined;
    await place.settled();
    const top = isAsked('behind') || (isAsked('beside') && half === undefined) ? await topOf(place) : 0;
    const beside = isAsked('beside') ? await measureBeside(place, half ?? top / 2) : undefined;
    const behind = isAsked('behind') ? await measureBehind(place, top) : undefined;
    const idle = isAsked('idle') && cpuIsTold ? await idleOf(place) : undefined;
    const result: SightResult = {
      ...{ style, sagas },
      ...(views && { views }),
      ...(beside && { beside }),
      ...(behind && { behind }),
      ...(idle !== undefined && { idle }),
    };
    process.stdout.write(`\n${tellSight(result)}`);
    if (json === undefined) return;
    await mkdir(dirname(resolve(json)), { recursive: true });
    await writeFile(json, `${JSON.stringify(result, null, 2)}\n`);
  } finally {
    await place.close();
  }
}

/** What it costs when nothing happens: percent of a core. */
async function idleOf(place: Place): Promise<number> {
  await place.settled();
  say('idling …');
  // What is left over from before, a garbage collection say, is not idleness.
  await pause(5_000);
  const before = place.observerCpu;
  await pause(idleSeconds * 1_000);
  return Math.round((1_000 * (place.observerCpu - before)) / idleSeconds) / 10;
}
