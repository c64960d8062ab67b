import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Order } from './order';
import { OrderStore } from './order.store';

/** How often it is looked whether an order that this replica is about to end has been committed, in milliseconds. */
const lookEveryMs = 20;
/** How often all that are waited for are looked at, in milliseconds: the more there are, the less often. Any replica may end an order, so the table is what tells. */
const lookAtAllEveryMs = (waiting: number): number => Math.min(20 + waiting, 500);

/** Lets a request wait until its order has ended: one query for all that wait, and none while nobody does. */
@Injectable()
export class OrderWaiter implements OnApplicationShutdown {
  private readonly logger = new Logger(OrderWaiter.name);
  private readonly waiting = new Map<string, Set<(order?: Order) => void>>();
  /** Of these, those that this replica is about to end. */
  private readonly ending = new Set<string>();
  private lookedAtAll = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly store: OrderStore) {}

  /** Resolves with the order when it has ended, or with nothing after `ms`. */
  ended(orderId: string, ms: number): Promise<Order | undefined> {
    return new Promise((resolve) => {
      const others = this.waiting.get(orderId) ?? new Set();
      const done = (order?: Order): void => {
        clearTimeout(patience);
        others.delete(done);
        if (others.size === 0) {
          this.waiting.delete(orderId);
          this.ending.delete(orderId);
        }
        resolve(order);
      };
      const patience = setTimeout(() => done(), ms);
      this.waiting.set(orderId, others.add(done));
      this.lookLater();
    });
  }

  /** The order ends when the unit of work that calls this is committed. Whoever waits hears of it sooner; without it, a little later. */
  ends(orderId: string): void {
    if (this.waiting.has(orderId)) this.ending.add(orderId);
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
    }, lookEveryMs);
  }

  private async look(): Promise<void> {
    const lookAtAll = Date.now() - this.lookedAtAll >= lookAtAllEveryMs(this.waiting.size);
    if (lookAtAll) this.lookedAtAll = Date.now();
    const ids = [...(lookAtAll ? this.waiting.keys() : this.ending)];
    if (ids.length === 0) return;
    for (const order of await this.store.endedOf(ids)) {
      for (const done of [...(this.waiting.get(order.orderId) ?? [])]) done(order);
    }
  }
}
