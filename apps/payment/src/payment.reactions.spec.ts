import { PaymentProcessed, ProcessPayment, RefundPayment, ShipmentCancelled, ShipmentFailed, StockReserved } from '@duet/contracts';
import { given } from '@duet/saga';
import { paymentReactions } from './payment.reactions';

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
