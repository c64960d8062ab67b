import { OrderConfirmed, OrderPlaced, OrderRejected } from '@duet/contracts';
import { type Heard, Hears } from '@duet/participant';
import { Controller } from '@nestjs/common';
import { counted, sold } from './analytics.counts';
import { AnalyticsStore } from './analytics.store';

/** Every event is counted once: the inbox sees to that, so a count can simply grow. */
@Controller()
export class AnalyticsHandlers {
  constructor(private readonly store: AnalyticsStore) {}

  @Hears(OrderPlaced)
  async placed(_: OrderPlaced, __: undefined, { style, time }: Heard): Promise<void> {
    await this.store.add(counted('placed', style, time));
  }

  @Hears(OrderConfirmed)
  async confirmed(_: OrderConfirmed, __: undefined, { style, time, facts }: Heard): Promise<void> {
    await this.store.add(sold(style, time, facts));
  }

  @Hears(OrderRejected)
  async rejected({ reason }: OrderRejected, _: undefined, { style, time }: Heard): Promise<void> {
    await this.store.add(counted(reason.code === 'cancelled' ? 'cancelled' : 'rejected', style, time, reason.code));
  }
}
