import { CancelShipment, OrderCancelRequested, PaymentProcessed, ShipOrder, StockReserved } from '@duet/contracts';
import { given } from '@duet/saga';
import { shippingReactions } from './shipping.reactions';

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

describe('shipping, by itself', () => {
  it('ships what is paid', () =>
    given(shippingReactions, order)
      .when(PaymentProcessed.of({ orderId, paymentId: 'p' }))
      .then([ShipOrder, { orderId, shipTo: { country: 'CH', postalCode: '8001' } }]));

  it('takes a request to cancel as a question to itself, with its reason', () =>
    given(shippingReactions, order).when(OrderCancelRequested.of({ orderId, reason })).then([CancelShipment, { orderId, reason }]));

  it('does nothing before the payment', () => given(shippingReactions, order).when(StockReserved.of({ orderId })).then());
});
