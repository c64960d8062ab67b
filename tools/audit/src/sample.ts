import { createHash } from 'node:crypto';
import type { Service } from '@duet/audit';

/** What a service did for an order: the step, how it ended, and the message that told the world; none for what was prevented before anybody asked for it. */
export type Deed = readonly [step: string, state: 'done' | 'refused' | 'undone' | 'tombstone', outcome?: string, isVoid?: 'void'];

/** An order of a sample as all books have it when it has ended. */
export interface Variant {
  readonly name: string;
  readonly style: 'choreography' | 'orchestration' | 'hybrid';
  /** How many of sixty orders are like this. */
  readonly share: number;
  readonly status: 'confirmed' | 'rejected' | 'cancelled';
  readonly reason?: string;
  readonly reservation?: 'refused' | 'released' | 'issued';
  readonly payment?: 'charged' | 'declined' | 'refunded';
  readonly shipment?: 'shipped' | 'refused' | 'cancelled';
  readonly mails: readonly { readonly kind: string; readonly about: string }[];
  /** What the order service said without being asked. */
  readonly begun: readonly string[];
  readonly deeds: Readonly<Partial<Record<Service, readonly Deed[]>>>;
  /** What the orchestrator asked for. */
  readonly asked: readonly string[];
  /** What the provider and the carriers did under the order's keys. */
  readonly provider: readonly ('charged' | 'declined' | 'cancelled')[];
  readonly carriers: readonly ('shipped' | 'refused')[];
}

const reserved: Deed = ['inventory.ReserveStock', 'done', 'inventory.StockReserved'];
const unreserved: readonly Deed[] = [
  ['inventory.ReserveStock', 'undone', 'inventory.StockReserved'],
  ['inventory.ReleaseStock', 'done', 'inventory.StockReleased'],
];
const unpaid: readonly Deed[] = [
  ['payment.ProcessPayment', 'undone', 'payment.PaymentProcessed'],
  ['payment.RefundPayment', 'done', 'payment.PaymentRefunded'],
];
const rejects: readonly Deed[] = [['order.RejectOrder', 'done', 'order.OrderRejected']];
const rejection = { kind: 'rejection', about: 'order.OrderRejected' };
const refund = { kind: 'refund', about: 'payment.PaymentRefunded' };

type Kind = Omit<Variant, 'style' | 'share' | 'name'>;

const fine: Kind = {
  ...{ status: 'confirmed', reservation: 'issued', payment: 'charged', shipment: 'shipped', begun: ['order.OrderPlaced'] },
  mails: [{ kind: 'confirmation', about: 'order.OrderConfirmed' }],
  deeds: {
    inventory: [reserved, ['inventory.IssueStock', 'done', 'inventory.StockIssued']],
    payment: [['payment.ProcessPayment', 'done', 'payment.PaymentProcessed']],
    shipping: [['shipping.ShipOrder', 'done', 'shipping.OrderShipped']],
    order: [['order.ConfirmOrder', 'done', 'order.OrderConfirmed']],
  },
  asked: ['inventory.ReserveStock', 'payment.ProcessPayment', 'shipping.ShipOrder', 'order.ConfirmOrder'],
  ...{ provider: ['charged'], carriers: ['shipped'] },
};

const declined: Kind = {
  ...{ status: 'rejected', reason: 'payment-declined', reservation: 'released', payment: 'declined', begun: ['order.OrderPlaced'] },
  mails: [rejection],
  deeds: { inventory: unreserved, payment: [['payment.ProcessPayment', 'refused', 'payment.PaymentFailed']], order: rejects },
  asked: ['inventory.ReserveStock', 'payment.ProcessPayment', 'inventory.ReleaseStock', 'order.RejectOrder'],
  ...{ provider: ['declined'], carriers: [] },
};

const noStock: Kind = {
  ...{ status: 'rejected', reason: 'no-stock', reservation: 'refused', begun: ['order.OrderPlaced'] },
  mails: [rejection],
  deeds: { inventory: [['inventory.ReserveStock', 'refused', 'inventory.StockRejected']], order: rejects },
  asked: ['inventory.ReserveStock', 'order.RejectOrder'],
  ...{ provider: [], carriers: [] },
};

const noCarrier: Kind = {
  ...{ status: 'rejected', reason: 'no-carrier', reservation: 'released', payment: 'refunded', shipment: 'refused' },
  ...{ mails: [refund, rejection], begun: ['order.OrderPlaced'] },
  deeds: {
    ...{ inventory: unreserved, payment: unpaid, order: rejects },
    shipping: [['shipping.ShipOrder', 'refused', 'shipping.ShipmentFailed']],
  },
  asked: [
    ...['inventory.ReserveStock', 'payment.ProcessPayment', 'shipping.ShipOrder'],
    ...['payment.RefundPayment', 'inventory.ReleaseStock', 'order.RejectOrder'],
  ],
  ...{ provider: ['charged', 'cancelled'], carriers: ['refused'] },
};

const cancelled: Kind = {
  ...{ status: 'cancelled', reason: 'cancelled', reservation: 'released', payment: 'refunded' },
  mails: [refund, { kind: 'cancellation', about: 'order.OrderRejected' }],
  begun: ['order.OrderPlaced', 'order.OrderCancelRequested'],
  deeds: { inventory: unreserved, payment: unpaid, order: rejects },
  asked: ['inventory.ReserveStock', 'payment.ProcessPayment', 'payment.RefundPayment', 'inventory.ReleaseStock', 'order.RejectOrder'],
  ...{ provider: ['charged', 'cancelled'], carriers: [] },
};
/** Nobody leads: shipping promises that it never happens, and refuses the shipment that comes late. */
const cancelledInTheDance: Kind = {
  ...cancelled,
  shipment: 'cancelled',
  deeds: {
    ...cancelled.deeds,
    shipping: [
      ['shipping.CancelShipment', 'done', 'shipping.ShipmentCancelled'],
      ['shipping.ShipOrder', 'tombstone', 'shipping.ShipmentFailed', 'void'],
    ],
  },
};

const kinds: Readonly<Record<string, { readonly share: number; readonly led: Kind; readonly danced: Kind }>> = {
  fine: { share: 14, led: fine, danced: fine },
  declined: { share: 2, led: declined, danced: declined },
  'no stock': { share: 1, led: noStock, danced: noStock },
  'no carrier': { share: 1, led: noCarrier, danced: noCarrier },
  cancelled: { share: 2, led: cancelled, danced: cancelledInTheDance },
};

/** Every kind of order in every style. */
const variants: readonly Variant[] = Object.entries(kinds).flatMap(([name, { share, led, danced }]): Variant[] => [
  { ...danced, name, share, style: 'choreography', asked: [] },
  { ...led, name, share, style: 'orchestration' },
  { ...led, name, share, style: 'hybrid', asked: led.asked.filter((command) => command !== 'order.ConfirmOrder') },
]);

/** What sixty orders in a row are like; the first is number 0. One of each kind first, so that few orders are of all kinds. */
export const row: readonly Variant[] = Array.from({ length: Math.max(...variants.map(({ share }) => share)) }, (_, round) =>
  variants.filter(({ share }) => share > round),
).flat();

/** The id of the n-th order: a UUID of version 5, as if it followed from a key. */
export function orderId(n: number): string {
  const hex = createHash('md5').update(`order ${n}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** The id of the first order of a kind. */
export function firstOf(name: string, style: Variant['style']): string {
  const n = row.findIndex((variant) => variant.name === name && variant.style === style);
  if (n < 0) throw new RangeError(`there is no order "${name}" in the style ${style} in the sample`);
  return orderId(n);
}
