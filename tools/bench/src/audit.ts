/** An order that the order service has accepted. */
export interface Accepted {
  readonly orderId: string;
  readonly sku: string;
  /** Paid for with a card that is declined. */
  readonly declined: boolean;
}

/** What the services' own tables say, after everything has settled. */
export interface Books {
  readonly orders: ReadonlyMap<string, { readonly status: string; readonly reason: string | undefined; readonly total: number }>;
  readonly payments: ReadonlyMap<string, { readonly status: string; readonly amount: number; readonly refunded: number }>;
  readonly shipments: ReadonlyMap<string, string>;
  readonly stock: ReadonlyMap<string, { readonly available: number; readonly reserved: number; readonly shipped: number }>;
}

/** How much there was of each product before the first order, and how much each order takes. */
export interface Goods {
  readonly before: number;
  readonly perOrder: number;
}

/**
 * Compares what must have become of every accepted order with what the books say. Returns a sentence for each fault: an order that ended wrongly or not at all,
 * was paid for or shipped wrongly, stands in the books and was never accepted; a product whose stock does not add up.
 */
export function faultsOf(accepted: readonly Accepted[], books: Books, goods: Goods): string[] {
  const known = new Set(accepted.map(({ orderId }) => orderId));
  const strangers = new Set(
    [books.orders, books.payments, books.shipments].flatMap((book) => [...book.keys()]).filter((id) => !known.has(id)),
  );
  return [
    ...accepted.flatMap((order) => orderFault(order, books)),
    ...[...strangers].map((id) => `order ${id} is in the books and was never accepted`),
    ...stockFaults(accepted, books, goods),
  ];
}

function orderFault({ orderId, declined }: Accepted, { orders, payments, shipments }: Books): string[] {
  const order = orders.get(orderId);
  const payment = payments.get(orderId);
  const found = {
    status: order?.status ?? 'missing',
    reason: order?.reason ?? 'none',
    payment: payment ? `${payment.status} ${payment.amount}, refunded ${payment.refunded}` : 'none',
    shipment: shipments.get(orderId) ?? 'none',
  };
  const right = declined
    ? { status: 'rejected', reason: 'payment-declined', payment: `declined ${order?.total}, refunded 0`, shipment: 'none' }
    : { status: 'confirmed', reason: 'none', payment: `charged ${order?.total}, refunded 0`, shipment: 'shipped' };
  const wrong = (Object.keys(right) as (keyof typeof right)[]).filter((field) => found[field] !== right[field]);
  const sentence = wrong.map((field) => `${field} is ${found[field]} and should be ${right[field]}`).join('; ');
  return sentence === '' ? [] : [`order ${orderId}: ${sentence}`];
}

function stockFaults(accepted: readonly Accepted[], { stock }: Books, { before, perOrder }: Goods): string[] {
  const sold = new Map<string, number>([...stock.keys()].map((sku) => [sku, 0]));
  for (const { sku, declined } of accepted) sold.set(sku, (sold.get(sku) ?? 0) + (declined ? 0 : perOrder));
  return [...sold].flatMap(([sku, shipped]) => {
    const right = JSON.stringify({ available: before - shipped, reserved: 0, shipped });
    const there = stock.get(sku);
    const found = there && JSON.stringify({ available: there.available, reserved: there.reserved, shipped: there.shipped });
    return found === right ? [] : [`stock of ${sku} is ${found ?? 'missing'} and should be ${right}`];
  });
}
