import {
  ConfirmOrder,
  OrderPlaced,
  OrderShipped,
  PaymentFailed,
  RejectOrder,
  ShipmentCancelled,
  ShipmentFailed,
  StockRejected,
} from '@duet/contracts';
import { reactions } from '@duet/saga';

/** What the order service does by itself while an order is on its way. */
export const orderReactions = reactions('place-order', OrderPlaced)
  .on([StockRejected, PaymentFailed, ShipmentFailed, ShipmentCancelled], RejectOrder)
  .afterPivot(OrderShipped, ConfirmOrder);
