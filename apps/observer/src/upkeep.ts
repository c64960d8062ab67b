import { Witness } from '@duet/participant';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Gauge, register } from 'prom-client';
import { ForgettingStore } from './forgetting.store';
import { ObserverStore } from './observer.store';
import { Overview } from './overview';

/** How long what was seen is remembered, and how often it is looked for what is old; in milliseconds. */
export interface Keeping {
  readonly sagasKeptMs: number;
  readonly pruneEveryMs: number;
}

/** Sagas in one transaction at most: its lock is held for some tens of milliseconds, and what is heard meanwhile waits. */
const batch = 200;
/** How often it is looked whether manifests have changed, and how often is counted; in milliseconds. */
const renewEveryMs = 500;
const countEveryMs = 5_000;

/** What goes on beside hearing: sagas are looked at again when manifests have changed, what is old is forgotten, and what needs a look is counted for metrics. */
@Injectable()
export class Upkeep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Upkeep.name);
  private readonly sagas = gauge('duet_observer_sagas', 'Sagas that have not ended or need a look, by how they stand', ['state']);
  private readonly behind = gauge('duet_observer_behind', '1 while the observer has not read everything that there is', []);
  private readonly running = new Map<string, Promise<void>>();
  private timers: NodeJS.Timeout[] = [];
  private stopped = false;

  constructor(
    private readonly keeping: Keeping,
    private readonly store: ObserverStore,
    private readonly forgetting: ForgettingStore,
    private readonly overview: Overview,
    private readonly witness: Witness,
  ) {}

  onApplicationBootstrap(): void {
    this.every(renewEveryMs, 'sagas could not be looked at again', () => this.renew());
    this.every(this.keeping.pruneEveryMs, 'what is old could not be forgotten', () => this.forget());
    this.every(countEveryMs, 'sagas could not be counted', () => this.count());
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    for (const timer of this.timers) clearInterval(timer);
    await Promise.all(this.running.values());
  }

  private every(ms: number, failed: string, work: () => Promise<void>): void {
    const run = (): void => {
      if (this.running.has(failed)) return;
      const done = work()
        .catch((error: unknown) => this.logger.warn({ msg: failed, error: String(error) }))
        .finally(() => this.running.delete(failed));
      this.running.set(failed, done);
    };
    this.timers.push(setInterval(run, ms));
  }

  private async renew(): Promise<void> {
    while (this.store.unsettled && !this.stopped) await this.store.renew(batch);
  }

  private async forget(): Promise<void> {
    const before = new Date(Date.now() - this.keeping.sagasKeptMs);
    for (let gone = batch; gone === batch && !this.stopped;) gone = await this.forgetting.forget(before, batch);
  }

  private async count(): Promise<void> {
    const counts = await this.overview.now();
    for (const [state, count] of Object.entries(counts)) this.sagas.set({ state }, Number(count));
    this.behind.set(this.witness.caughtUp ? 0 : 1);
  }
}

/** A process has one registry; a test may make several apps in one process. */
const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[]): Gauge<L> =>
  (register.getSingleMetric(name) as Gauge<L> | undefined) ?? new Gauge({ name, help, labelNames: [...labelNames] });
