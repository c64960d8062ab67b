import { OrderPlaced } from '@duet/contracts';
import { type DataOf, maxFactsBytes, type Reason, type Style } from '@duet/message';

/** How an order stands. The first end wins. */
export type OrderStatus = 'placed' | 'confirmed' | 'rejected' | 'cancelled';

/** How an order is to end. */
export interface OrderEnd {
  readonly orderId: string;
  readonly status: Exclude<OrderStatus, 'placed'>;
  readonly reason: Reason | undefined;
}

/** What a customer asked for: a request whose form has been checked. */
export interface OrderRequest {
  readonly customerId: string;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
  readonly paymentMethod: string;
  readonly shipTo: { readonly country: string; readonly postalCode: string };
  readonly style: Style;
}

/** An order as it stands. Amounts in minor units; prices are the order service's own. */
export interface Order extends OrderRequest {
  readonly orderId: string;
  readonly status: OrderStatus;
  readonly reason?: Reason;
  readonly lines: readonly OrderLine[];
  readonly total: number;
  readonly currency: string;
  readonly placedAt: string;
}
export interface OrderLine {
  readonly sku: string;
  readonly quantity: number;
  readonly price: number;
}

/** Why an order cannot be placed. */
export type PlacementRefusal =
  | { readonly is: 'unknown-products'; readonly lines: readonly { readonly at: number; readonly sku: string }[] }
  | { readonly is: 'too-much' }
  | { readonly is: 'too-large' };

export const currency = 'CHF';

/** Prices an order, or says why it cannot be placed. */
export function place(orderId: string, request: OrderRequest, prices: ReadonlyMap<string, number>, now: Date): Order | PlacementRefusal {
  const unknown = request.lines.flatMap(({ sku }, at) => (prices.has(sku) ? [] : [{ at, sku }]));
  if (unknown.length > 0) return { is: 'unknown-products', lines: unknown };
  const lines = request.lines.map(({ sku, quantity }) => ({ sku, quantity, price: prices.get(sku) ?? 0 }));
  const total = lines.reduce((sum, { quantity, price }) => sum + quantity * price, 0);
  if (!Number.isSafeInteger(total)) return { is: 'too-much' };
  const order: Order = { ...request, orderId, status: 'placed', lines, total, currency, placedAt: now.toISOString() };
  // Facts travel with every message of the saga; what does not fit is refused here, where somebody can be told.
  if (Buffer.byteLength(JSON.stringify(factsOf(order))) > maxFactsBytes) return { is: 'too-large' };
  return order;
}

/** What the order's saga starts with. */
export const factsOf = ({ orderId, customerId, lines, total, currency, paymentMethod, shipTo }: Order): DataOf<typeof OrderPlaced> => ({
  orderId,
  customerId,
  lines: lines.map(({ sku, quantity, price }) => ({ sku, quantity, price })),
  total,
  currency,
  paymentMethod,
  shipTo: { country: shipTo.country, postalCode: shipTo.postalCode },
});

/** How a refusal for this reason ends an order. */
export const endFor = (reason: Reason): 'rejected' | 'cancelled' => (reason.code === 'cancelled' ? 'cancelled' : 'rejected');
