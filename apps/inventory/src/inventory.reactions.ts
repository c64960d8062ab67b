import {
  IssueStock,
  OrderPlaced,
  OrderShipped,
  PaymentFailed,
  ReleaseStock,
  ReserveStock,
  ShipmentCancelled,
  ShipmentFailed,
} from '@duet/contracts';
import { reactions } from '@duet/saga';

/** What inventory does by itself while an order is on its way. */
export const inventoryReactions = reactions('place-order', OrderPlaced)
  .on(OrderPlaced, ReserveStock)
  .on([PaymentFailed, ShipmentFailed, ShipmentCancelled], ReleaseStock)
  .always(OrderShipped, IssueStock);
