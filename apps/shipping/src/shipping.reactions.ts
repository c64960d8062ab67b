import { CancelShipment, OrderCancelRequested, OrderPlaced, PaymentProcessed, ShipOrder } from '@duet/contracts';
import { reactions } from '@duet/saga';

/** What shipping does by itself while an order is on its way. It owns the pivot, so the request to cancel is a question to it. */
export const shippingReactions = reactions('place-order', OrderPlaced)
  .on(PaymentProcessed, ShipOrder)
  .on(OrderCancelRequested, CancelShipment);
