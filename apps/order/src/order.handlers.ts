import { ConfirmOrder, OrderConfirmed, OrderRejected, RejectOrder } from '@duet/contracts';
import { Handles, NotRetryable } from '@duet/participant';
import { Controller } from '@nestjs/common';
import { endFor, type OrderEnd } from './order';
import { OrderDeadline } from './order.deadline';
import { OrderStore } from './order.store';
import { OrderWaiter } from './order.waiter';

/** An order was to end twice, or was never placed: the pivot's promise was broken somewhere. A person must look. */
export class NotOpen extends NotRetryable {
  override readonly name = 'NotOpen';
}

@Controller()
export class OrderHandlers {
  constructor(
    private readonly store: OrderStore,
    private readonly deadline: OrderDeadline,
    private readonly waiter: OrderWaiter,
  ) {}

  @Handles(ConfirmOrder)
  async confirm({ orderId }: ConfirmOrder): Promise<OrderConfirmed> {
    if (await this.end({ orderId, status: 'confirmed', reason: undefined })) return OrderConfirmed.of({ orderId });
    throw new NotOpen(
      `order ${orderId} is to be confirmed but is not open; see GET /orders/${orderId}?expand=history for what happened, and settle this by hand`,
    );
  }

  @Handles(RejectOrder)
  async reject({ orderId, reason }: RejectOrder): Promise<OrderRejected> {
    if (await this.end({ orderId, status: endFor(reason), reason })) return OrderRejected.of({ orderId, reason });
    throw new NotOpen(
      `order ${orderId} is to be rejected (${reason.code}) but is not open; see GET /orders/${orderId}?expand=history for what happened, and settle this by hand`,
    );
  }

  /** Whether the order was open. */
  private async end(end: OrderEnd): Promise<boolean> {
    const [ended] = await Promise.all([this.store.end(end), this.deadline.end(end.orderId)]);
    this.waiter.ends(end.orderId);
    return ended !== undefined;
  }
}
