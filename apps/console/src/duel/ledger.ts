import type { MessageView, SagaDetail } from '../api/types';

/** As much of a saga as its ledger is told by. */
export type Booked = Pick<SagaDetail, 'log'> & { readonly facts: object };

/** What an order has done to stock, money and goods: what each service has in its books for it. */
export interface Standing {
  /** At order; undefined before it was placed. */
  readonly order: 'placed' | 'confirmed' | 'rejected' | 'cancelled' | undefined;
  /** Pieces at inventory: set aside for it, and gone with it. */
  readonly reserved: number;
  readonly gone: number;
  /** At payment, in minor units. */
  readonly charged: number;
  readonly refunded: number;
  /** At shipping. */
  readonly shipment: 'none' | 'shipped' | 'refused' | 'cancelled';
}

const nothing: Standing = { order: undefined, reserved: 0, gone: 0, charged: 0, refunded: 0, shipment: 'none' };

/** What the order is about. */
export interface Bill {
  readonly sku: string;
  readonly quantity: number;
  readonly total: number;
}

/** An order of one product; undefined where it is none. */
export function billOf({ facts }: Pick<Booked, 'facts'>): Bill | undefined {
  const { lines, total } = facts as { lines?: readonly { sku?: unknown; quantity?: unknown }[]; total?: unknown };
  const [line, other] = Array.isArray(lines) ? (lines as readonly { sku?: unknown; quantity?: unknown }[]) : [];
  if (other || typeof line?.sku !== 'string' || typeof line.quantity !== 'number' || typeof total !== 'number') return undefined;
  return { sku: line.sku, quantity: line.quantity, total };
}

/** The books after the order's first so many messages: each service's own events say what it has. */
export function standingAt(saga: Booked, said: number): Standing {
  const bill = billOf(saga);
  return saga.log
    .slice(0, said)
    .filter((message) => !message.void)
    .reduce((before, message) => ({ ...before, ...entryOf(message, before, bill) }), nothing);
}

function entryOf({ type, body, reason }: MessageView, { reserved }: Standing, bill: Bill | undefined): Partial<Standing> {
  const { refunded } = body as { refunded?: unknown };
  switch (type) {
    case 'order.OrderPlaced':
      return { order: 'placed' };
    case 'order.OrderConfirmed':
      return { order: 'confirmed' };
    case 'order.OrderRejected':
      return { order: reason?.code === 'cancelled' ? 'cancelled' : 'rejected' };
    case 'inventory.StockReserved':
      return { reserved: bill?.quantity ?? 0 };
    case 'inventory.StockReleased':
      return { reserved: 0 };
    case 'inventory.StockIssued':
      return { reserved: 0, gone: reserved };
    case 'payment.PaymentProcessed':
      return { charged: bill?.total ?? 0 };
    case 'payment.PaymentRefunded':
      return { refunded: typeof refunded === 'number' ? refunded : 0 };
    case 'shipping.OrderShipped':
      return { shipment: 'shipped' };
    case 'shipping.ShipmentFailed':
      return { shipment: 'refused' };
    case 'shipping.ShipmentCancelled':
      return { shipment: 'cancelled' };
    default:
      return {};
  }
}

/** What the shop keeps of the customer's money, in minor units. */
export const keptOf = ({ charged, refunded }: Pick<Standing, 'charged' | 'refunded'>): number => charged - refunded;

/** What of the stock is not available any more because of it. */
export const takenOf = ({ reserved, gone }: Pick<Standing, 'reserved' | 'gone'>): number => reserved + gone;
