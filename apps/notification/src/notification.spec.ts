import { OrderConfirmed, OrderRejected, PaymentRefunded } from '@duet/contracts';
import { Addresses } from './notification.addresses';
import { confirmation, refund, rejection } from './notification.texts';

const orderId = '7f3f1c52-1d0f-4a5e-9d53-0d0c1f2e3a4b';

describe('a mail', () => {
  it('confirms', () => expect(confirmation(OrderConfirmed.of({ orderId })).kind).toBe('confirmation'));

  it('says why an order was rejected', () =>
    expect(rejection(OrderRejected.of({ orderId, reason: { code: 'no-stock', text: 'none left' } }))).toMatchObject({
      kind: 'rejection',
      text: 'none left',
    }));

  it('says that it was cancelled', () =>
    expect(rejection(OrderRejected.of({ orderId, reason: { code: 'cancelled', text: '' } })).kind).toBe('cancellation'));

  it('is not written about a refund of nothing', () => {
    expect(refund(PaymentRefunded.of({ orderId, refunded: 0 }))).toBeUndefined();
    expect(refund(PaymentRefunded.of({ orderId, refunded: 5 }))?.kind).toBe('refund');
  });

  it('goes to an address that no customer id can bend', () =>
    expect(new Addresses().of('a@b\r\nBcc: x')).toBe('a_b__Bcc__x@customers.example'));
});
