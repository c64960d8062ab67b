import { OrderConfirmed, OrderRejected, PaymentRefunded } from '@duet/contracts';

export type MailKind = 'confirmation' | 'rejection' | 'cancellation' | 'refund';

/** What a mail says, and under which heading it is kept. */
export interface Letter {
  readonly kind: MailKind;
  readonly subject: string;
  readonly text: string;
}

export const confirmation = ({ orderId }: OrderConfirmed): Letter => ({
  kind: 'confirmation',
  subject: `Your order ${orderId} is confirmed`,
  text: 'It has been handed to the carrier.',
});

export const rejection = ({ orderId, reason }: OrderRejected): Letter =>
  reason.code === 'cancelled'
    ? { kind: 'cancellation', subject: `Your order ${orderId} is cancelled`, text: 'As you asked. Nothing will be shipped.' }
    : { kind: 'rejection', subject: `We could not carry out your order ${orderId}`, text: reason.text };

/** Nothing was taken, so there is nothing to say. */
export const refund = ({ orderId, refunded }: PaymentRefunded): Letter | undefined =>
  refunded === 0
    ? undefined
    : { kind: 'refund', subject: `We have refunded your order ${orderId}`, text: `The amount is ${refunded} in minor units.` };
