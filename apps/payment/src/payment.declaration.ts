import { ProcessPayment, RefundPayment } from '@duet/contracts';
import { service } from '@duet/saga';
import { paymentReactions } from './payment.reactions';

export const declaration = service({
  name: 'payment',
  handles: [ProcessPayment, RefundPayment],
  reactions: [paymentReactions],
});
