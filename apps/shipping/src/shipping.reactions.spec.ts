import { CancelShipment, OrderCancelRequested, PaymentProcessed, ShipOrder, StockReserved } from '@duet/contracts';
import { given } from '@duet/saga';
import { aPlacedOrder } from '@duet/testbed';
import { shippingReactions } from './shipping.reactions';

const order = aPlacedOrder();
const { orderId } = order;
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
