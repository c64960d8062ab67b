import {
  CancellationRefused,
  ConfirmOrder,
  OrderCancelRequested,
  OrderConfirmed,
  OrderPlaced,
  OrderRejected,
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

/** Its projection: what the customer is shown of what happened. */
export const projected = [
  OrderPlaced,
  OrderCancelRequested,
  OrderConfirmed,
  OrderRejected,
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
