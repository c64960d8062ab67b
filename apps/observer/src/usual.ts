import type { Style } from '@duet/message';
import type { Caused } from './flow-graph';
import { grouped } from './grouped';
import { type Histogram, merged } from './histogram';
import type { Landscape } from './landscape';
import { patienceMs, usuallyMs } from './patience';

/** What is waited for: a command at its owner, or, without one, for a leader to decide. */
export interface Awaited {
  readonly process: string;
  readonly style: Style;
  readonly service: string;
  readonly command: string | undefined;
  /** How long its leader allows, in milliseconds. */
  readonly withinMs: number | undefined;
}

/** The time of a step: from what asked for it to its answer; and of a leader: from what it heard to what it asked for. */
export interface StepTime {
  readonly process: string;
  readonly style: Style;
  readonly service: string;
  /** The command. */
  readonly step: string;
  readonly deciding: boolean;
  readonly latency: Histogram;
  readonly sumMs: number;
}

/** The times of steps, from what was said because of what. */
export function stepTimes(landscape: Landscape, caused: readonly (Caused & { readonly sumMs: number })[]): StepTime[] {
  const times = caused.flatMap((one): StepTime[] => {
    const { process, style, service, latency, sumMs } = one;
    if (!one.cause || one.type.startsWith('duet.')) return [];
    if (one.kind === 'command') return [{ process, style, service, step: one.type, deciding: true, latency, sumMs }];
    const step = landscape.answers.get(one.type)?.command ?? (one.cause.kind === 'command' ? one.cause.type : undefined);
    return step === undefined ? [] : [{ process, style, service, step, deciding: false, latency, sumMs }];
  });
  return [
    ...grouped(times, ({ process, style, service, step, deciding }) => JSON.stringify([process, style, service, step, deciding])).values(),
  ].map((same) => ({
    ...same[0],
    latency: merged(same.map(({ latency }) => latency)),
    sumMs: same.reduce((sum, one) => sum + one.sumMs, 0),
  }));
}

const key = (process: string, style: Style, service: string, command: string | undefined): string =>
  JSON.stringify([process, style, service, command ?? null]);

/** What things usually take, over all sagas, and how long to wait for them. */
export class Usual {
  private readonly histograms: ReadonlyMap<string, Histogram>;

  constructor(times: readonly StepTime[]) {
    const keyed = times.map(({ process, style, service, step, deciding, latency }) => ({
      key: key(process, style, service, deciding ? undefined : step),
      latency,
    }));
    this.histograms = new Map(
      [...grouped(keyed, (one) => one.key)].map(([name, same]) => [name, merged(same.map(({ latency }) => latency))]),
    );
  }

  /** In milliseconds; undefined while too few are known. */
  usuallyMs({ process, style, service, command }: Omit<Awaited, 'withinMs'>): number | undefined {
    return usuallyMs(this.of(process, style, service, command));
  }

  /** In milliseconds. */
  patienceMs({ process, style, service, command, withinMs }: Awaited): number {
    return patienceMs(this.of(process, style, service, command), withinMs);
  }

  private of(process: string, style: Style, service: string, command: string | undefined): Histogram {
    return this.histograms.get(key(process, style, service, command)) ?? new Map();
  }
}
