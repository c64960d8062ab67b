import type { Reason } from '@duet/message';
import { type Heard, Hears } from '@duet/participant';
import { Controller } from '@nestjs/common';
import { projected } from './order.declaration';
import { OrderStore } from './order.store';

/** The order's own projection of what happened, in every style. */
@Controller()
export class OrderProjection {
  constructor(private readonly store: OrderStore) {}

  @Hears(...projected)
  note(event: { orderId: string; reason?: Reason }, _: undefined, heard: Heard): Promise<void> {
    return this.store.note({ messageId: heard.id, orderId: event.orderId, type: heard.type, at: heard.time, reason: event.reason });
  }
}
