import {
  CancellationRefused,
  ConfirmOrder,
  OrderCancelRequested,
  OrderShipped,
  PaymentFailed,
  PaymentProcessed,
  RejectOrder,
  ShipmentCancelled,
  ShipmentFailed,
  StockRejected,
} from '@duet/contracts';
import { given } from '@duet/saga';
import { aPlacedOrder } from '@duet/testbed';
import { orderReactions } from './order.reactions';

const order = aPlacedOrder();
const { orderId } = order;
const reason = { code: 'test', text: 'for a test' };

describe('order, by itself', () => {
  it.each([StockRejected, PaymentFailed, ShipmentFailed, ShipmentCancelled])('rejects on %p, for its reason', (event) =>
    given(orderReactions, order).when(event.of({ orderId, reason })).then([RejectOrder, { orderId, reason }]),
  );

  it('confirms what was shipped', () =>
    given(orderReactions, order)
      .when(OrderShipped.of({ orderId, shipmentId: 's', carrier: 'c' }))
      .then([ConfirmOrder, { orderId }]));

  it('ends nothing when its own deadline has passed: only the owner of the shipment knows whether it is too late', () => {
    const timeout = { code: 'timeout', text: 'the order had not ended 600 s after it was placed' };
    given(orderReactions, order)
      .when(OrderCancelRequested.of({ orderId, reason: timeout }))
      .then();
    given(orderReactions, order)
      .when(ShipmentCancelled.of({ orderId, reason: timeout }))
      .then([RejectOrder, { orderId, reason: timeout }]);
  });

  it('does nothing before the end, nor when it is too late to cancel', () => {
    given(orderReactions, order)
      .when(PaymentProcessed.of({ orderId, paymentId: 'p' }))
      .then();
    given(orderReactions, order).when(CancellationRefused.of({ orderId })).then();
  });
});
