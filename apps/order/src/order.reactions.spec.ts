import {
  CancellationRefused,
  ConfirmOrder,
  OrderShipped,
  PaymentFailed,
  PaymentProcessed,
  RejectOrder,
  ShipmentCancelled,
  ShipmentFailed,
  StockRejected,
} from '@duet/contracts';
import { given } from '@duet/saga';
import { orderReactions } from './order.reactions';

const orderId = '7f3f1c52-1d0f-4a5e-9d53-0d0c1f2e3a4b';
const order = {
  orderId,
  customerId: 'c-42',
  lines: [{ sku: 'beans', quantity: 2, price: 1_999 }],
  total: 3_998,
  currency: 'CHF',
  paymentMethod: 'card_ok',
  shipTo: { country: 'CH', postalCode: '8001' },
};
const reason = { code: 'test', text: 'for a test' };

describe('order, by itself', () => {
  it.each([StockRejected, PaymentFailed, ShipmentFailed, ShipmentCancelled])('rejects on %p, for its reason', (event) =>
    given(orderReactions, order).when(event.of({ orderId, reason })).then([RejectOrder, { orderId, reason }]),
  );

  it('confirms what was shipped', () =>
    given(orderReactions, order)
      .when(OrderShipped.of({ orderId, shipmentId: 's', carrier: 'c' }))
      .then([ConfirmOrder, { orderId }]));

  it('does nothing before the end, nor when it is too late to cancel', () => {
    given(orderReactions, order)
      .when(PaymentProcessed.of({ orderId, paymentId: 'p' }))
      .then();
    given(orderReactions, order).when(CancellationRefused.of({ orderId })).then();
  });
});
