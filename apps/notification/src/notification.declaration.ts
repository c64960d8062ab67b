import { OrderConfirmed, OrderRejected, PaymentRefunded } from '@duet/contracts';
import { service } from '@duet/saga';

/** Mails, in every style: a confirmation, a rejection or cancellation (OrderRejected says which), a refund. It does no command, so it has no reactions. */
export const declaration = service({
  name: 'notification',
  hears: [OrderConfirmed, OrderRejected, PaymentRefunded],
});
