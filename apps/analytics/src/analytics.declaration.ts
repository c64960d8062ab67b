import { OrderConfirmed, OrderPlaced, OrderRejected } from '@duet/contracts';
import { service } from '@duet/saga';

/** Counts orders, in every style. It does no command and tells nothing, so nobody knows of it. */
export const declaration = service({
  name: 'analytics',
  hears: [OrderPlaced, OrderConfirmed, OrderRejected],
});
