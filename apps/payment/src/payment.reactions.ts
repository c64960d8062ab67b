import { OrderPlaced, ProcessPayment, RefundPayment, ShipmentCancelled, ShipmentFailed, StockReserved } from '@duet/contracts';
import { reactions } from '@duet/saga';

/** What payment does by itself while an order is on its way. */
export const paymentReactions = reactions('place-order', OrderPlaced)
  .on(StockReserved, ProcessPayment, {
    with: ({ orderId, total, currency, paymentMethod }) => ({ orderId, amount: total, currency, paymentMethod }),
  })
  .on([ShipmentFailed, ShipmentCancelled], RefundPayment);
