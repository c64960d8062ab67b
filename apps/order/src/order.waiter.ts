import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Order } from './order';
import { OrderStore } from './order.store';

/** How often the orders that somebody waits for are looked at, in milliseconds: the more there are, the less often. Any replica may end an order, so the table is what tells. */
const lookEveryMs = (waiting: number): number => Math.min(20 + waiting / 10, 100);

/** Lets a request wait until its order has ended: one query for all that wait, and none while nobody does. */
@Injectable()
export class OrderWaiter implements OnApplicationShutdown {
  private readonly logger = new Logger(OrderWaiter.name);
  private readonly waiting = new Map<string, Set<(order?: Order) => void>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly store: OrderStore) {}

  /** Resolves with the order when it has ended, or with nothing after `ms`. */
  ended(orderId: string, ms: number): Promise<Order | undefined> {
    return new Promise((resolve) => {
      const others = this.waiting.get(orderId) ?? new Set();
      const done = (order?: Order): void => {
        clearTimeout(patience);
        others.delete(done);
        if (others.size === 0) this.waiting.delete(orderId);
        resolve(order);
      };
      const patience = setTimeout(() => done(), ms);
      this.waiting.set(orderId, others.add(done));
      this.lookLater();
    });
  }

  /** Nobody is kept waiting by a service that stops. */
  onApplicationShutdown(): void {
    clearTimeout(this.timer);
    for (const done of [...this.waiting.values()].flatMap((all) => [...all])) done();
  }

  private lookLater(): void {
    this.timer ??= setTimeout(() => {
      this.look()
        .catch((error: unknown) => this.logger.warn({ msg: 'orders that are waited for could not be looked at', error: String(error) }))
        .finally(() => {
          this.timer = undefined;
          if (this.waiting.size > 0) this.lookLater();
        });
    }, lookEveryMs(this.waiting.size));
  }

  private async look(): Promise<void> {
    if (this.waiting.size === 0) return;
    for (const order of await this.store.endedOf([...this.waiting.keys()])) {
      for (const done of [...(this.waiting.get(order.orderId) ?? [])]) done(order);
    }
  }
}
