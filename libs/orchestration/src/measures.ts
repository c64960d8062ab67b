import { isEnded, statuses } from '@duet/saga';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Gauge, register } from 'prom-client';
import { InstanceStore } from './instance.store';

/** How often sagas are counted, in milliseconds. */
const every = 5_000;
const name = 'duet_sagas';

/** How many sagas are under way, by status. Those that have ended are not counted: there are ever more of them. */
@Injectable()
export class Measures implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(Measures.name);
  private readonly sagas =
    (register.getSingleMetric(name) as Gauge<'status'> | undefined) ??
    new Gauge({ name, help: 'Sagas that this orchestrator leads and that have not ended, by status', labelNames: ['status'] });
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly store: InstanceStore) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.count().catch((error: unknown) => this.logger.debug({ msg: 'sagas could not be counted', error: String(error) }));
    }, every);
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async count(): Promise<void> {
    const counts = new Map((await this.store.counts()).map(({ status, count }) => [status, count]));
    for (const status of statuses.filter((each) => !isEnded(each))) this.sagas.set({ status }, counts.get(status) ?? 0);
  }
}
