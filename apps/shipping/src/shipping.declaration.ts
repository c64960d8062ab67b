import { CancelShipment, ShipOrder } from '@duet/contracts';
import { service } from '@duet/saga';
import { shippingReactions } from './shipping.reactions';

export const declaration = service({
  name: 'shipping',
  handles: [ShipOrder, CancelShipment],
  reactions: [shippingReactions],
});
