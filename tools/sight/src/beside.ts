import { setTimeout as pause } from 'node:timers/promises';
import { cpuIsTold, median, percentile } from '@duet/probe';
import { type Place, say } from './place';

/** How long orders take, from POST to the end; in milliseconds. */
export interface Pace {
  readonly p50: number;
  readonly p99: number;
}
export interface BesideFigure {
  /** Orders a second. */
  readonly rate: number;
  readonly without: Pace;
  readonly beside: Pace;
  /** The p99 beside the observer, over that without it. */
  readonly p99: number;
  /** Seconds of the observer's own CPU for 1,000 orders at this rate; absent where the machine does not tell. */
  readonly cpuPer1000?: number;
}
export interface BehindFigure {
  /** Orders a second that all clients together see to their end: without the observer, and beside it. */
  readonly without: number;
  readonly beside: number;
  /** Messages that it had still to read: at most, and when the last order had ended. */
  readonly mostBehind: number;
  readonly behind: number;
  /** Until it had read them. */
  readonly seconds: number;
}

/** So many at a time are as much as the system can do. */
const clients = 256;
const warmUps = 4;
const topRounds = 3;
/** How often it is looked how far behind it is, in milliseconds. */
const lookEveryMs = 250;

/** Lets the observer stand still while something is done: it costs nothing then, and knows all that it knew. */
async function without<T>(place: Place, work: () => Promise<T>): Promise<T> {
  const { process } = place.observer;
  process.pause();
  try {
    return await work();
  } finally {
    process.resume();
  }
}

/** The most that the system can do without the observer, in orders a second. */
export async function topOf(place: Place): Promise<number> {
  const slice = (): Promise<number> =>
    without(place, async () => {
      const { latencies } = await place.place({ clients });
      await place.system.settled();
      return latencies.length / place.plan.options.seconds;
    });
  for (let n = 0; n < warmUps; n++) say(`warming up: ${(await slice()).toFixed(0)}/s`);
  const rates: number[] = [];
  for (let n = 0; n < topRounds; n++) rates.push(await slice());
  await place.settled();
  const top = median(rates);
  say(`the most without the observer: ${top.toFixed(0)}/s`);
  return top;
}

/** Slices with and without the observer, in turns: whatever else changes, changes for both. */
export async function measureBeside(place: Place, rate: number): Promise<BesideFigure> {
  const [alone, accompanied]: [number[][], number[][]] = [[], []];
  const spent = { cpu: 0, orders: 0 };
  const told = (kind: string, latencies: readonly number[]): void =>
    say(`${kind}: p50 ${percentile(latencies, 0.5).toFixed(0)} ms, p99 ${percentile(latencies, 0.99).toFixed(0)} ms`);
  for (let round = 0; round < place.plan.options.rounds; round++) {
    const one = await without(place, async () => {
      const { latencies } = await place.place({ rate });
      await place.system.settled();
      return latencies;
    });
    told('without the observer', one);
    alone.push(one);
    await place.settled();
    const before = place.observerCpu;
    const { latencies, accepted } = await place.place({ rate });
    told('beside the observer', latencies);
    accompanied.push(latencies);
    await place.settled();
    spent.cpu += place.observerCpu - before;
    spent.orders += accepted.length;
  }
  const [before, beside] = [paceOf(alone), paceOf(accompanied)];
  return {
    ...{ rate: tenth(rate), without: before, beside, p99: hundredth(beside.p99 / before.p99) },
    ...(cpuIsTold && { cpuPer1000: hundredth((1_000 * spent.cpu) / spent.orders) }),
  };
}

/** As many orders as the system can do, and how the observer fares. */
export async function measureBehind(place: Place, top: number): Promise<BehindFigure> {
  let [mostBehind, isOver] = [0, false];
  const looking = (async () => {
    while (!isOver) {
      mostBehind = Math.max(mostBehind, await place.behind());
      await pause(lookEveryMs);
    }
  })();
  const { latencies } = await place.place({ clients });
  isOver = true;
  await looking;
  await place.system.settled();
  const behind = await place.behind();
  const began = performance.now();
  await place.settled();
  return {
    ...{ without: tenth(top), beside: tenth(latencies.length / place.plan.options.seconds) },
    ...{ mostBehind: Math.max(mostBehind, behind), behind, seconds: tenth((performance.now() - began) / 1_000) },
  };
}

/** Medians of slices. */
const paceOf = (slices: readonly (readonly number[])[]): Pace => ({
  p50: tenth(median(slices.map((latencies) => percentile(latencies, 0.5)))),
  p99: tenth(median(slices.map((latencies) => percentile(latencies, 0.99)))),
});

const tenth = (value: number): number => Math.round(value * 10) / 10;
const hundredth = (value: number): number => Math.round(value * 100) / 100;
