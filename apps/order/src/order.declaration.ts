import {
  CancellationRefused,
  ConfirmOrder,
  OrderCancelRequested,
  OrderPlaced,
  OrderShipped,
  PaymentFailed,
  PaymentProcessed,
  PaymentRefunded,
  RejectOrder,
  ShipmentCancelled,
  ShipmentFailed,
  StockIssued,
  StockRejected,
  StockReleased,
  StockReserved,
} from '@duet/contracts';
import { MessageFreed, MessageParked } from '@duet/message';
import { service } from '@duet/saga';
import { orderReactions } from './order.reactions';

/** What the customer is shown of what happened elsewhere. What this service itself says it takes note of when it says it. */
export const projected = [
  StockReserved,
  StockRejected,
  StockReleased,
  StockIssued,
  PaymentProcessed,
  PaymentFailed,
  PaymentRefunded,
  OrderShipped,
  ShipmentFailed,
  ShipmentCancelled,
  CancellationRefused,
] as const;

export const declaration = service({
  name: 'order',
  starts: [OrderPlaced, OrderCancelRequested],
  deadlines: [OrderCancelRequested],
  handles: [ConfirmOrder, RejectOrder],
  reactions: [orderReactions],
  // Whatever the style, whoever asks for the order is told when it waits for a person.
  hears: [...projected, MessageParked, MessageFreed],
});
