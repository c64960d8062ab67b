import {
  CancelShipment,
  ConfirmOrder,
  OrderCancelRequested,
  OrderPlaced,
  ProcessPayment,
  RefundPayment,
  RejectOrder,
  ReleaseStock,
  ReserveStock,
  ShipOrder,
} from '@duet/contracts';
import { saga } from '@duet/saga';

/** An order, from its placement to its end: the whole saga. */
export const placeOrder = saga('place-order', { version: 1 })
  .startedBy(OrderPlaced, { reject: RejectOrder, cancelledBy: OrderCancelRequested })
  .step(ReserveStock, { undo: ReleaseStock, within: '10s' })
  .step(ProcessPayment, {
    with: ({ orderId, total, currency, paymentMethod }) => ({ orderId, amount: total, currency, paymentMethod }),
    undo: RefundPayment,
    within: '30s',
  })
  .pivot(ShipOrder, { cancel: CancelShipment, within: '1m' })
  .step(ConfirmOrder);
