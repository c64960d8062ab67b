import { PaymentProcessed, ProcessPayment, RefundPayment, ShipmentCancelled, ShipmentFailed, StockReserved } from '@duet/contracts';
import { given } from '@duet/saga';
import { aPlacedOrder } from '@duet/testbed';
import { paymentReactions } from './payment.reactions';

const order = aPlacedOrder();
const { orderId } = order;
const reason = { code: 'test', text: 'for a test' };

describe('payment, by itself', () => {
  it('charges the total of the order when its stock is reserved', () =>
    given(paymentReactions, order)
      .when(StockReserved.of({ orderId }))
      .then([ProcessPayment, { orderId, amount: 3_998, currency: 'CHF', paymentMethod: 'card_ok' }]));

  it.each([ShipmentFailed, ShipmentCancelled])('refunds on %p', (event) =>
    given(paymentReactions, order).when(event.of({ orderId, reason })).then([RefundPayment, { orderId }]),
  );

  it('does nothing about its own success', () =>
    given(paymentReactions, order)
      .when(PaymentProcessed.of({ orderId, paymentId: 'p' }))
      .then());
});
