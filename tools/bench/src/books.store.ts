import { query } from '@duet/testbed';
import type { Books } from './audit';

/** The databases of the services, by service. */
export type Databases = Readonly<Record<'order' | 'inventory' | 'payment' | 'shipping', string>>;

/** Reads what the audit compares, from the services' own tables. `skus`: the products that were sold. */
export async function readBooks(urls: Databases, skus: readonly string[]): Promise<Books> {
  const [orders, payments, shipments, stock] = await Promise.all([
    query<{ id: string; status: string; reason: string | null; total: string }>(
      urls.order,
      `select id, status, reason ->> 'code' as reason, total from orders`,
    ),
    query<{ order_id: string; status: string; amount: string; refunded: string }>(
      urls.payment,
      'select order_id, status, amount, refunded from payment',
    ),
    query<{ order_id: string; status: string }>(urls.shipping, 'select order_id, status from shipment'),
    query<{ sku: string; available: string; reserved: string; shipped: string }>(
      urls.inventory,
      'select sku, available, reserved, shipped from stock where sku = any($1)',
      [skus],
    ),
  ]);
  return {
    orders: new Map(orders.map(({ id, status, reason, total }) => [id, { status, reason: reason ?? undefined, total: Number(total) }])),
    payments: new Map(
      payments.map(({ order_id, status, amount, refunded }) => [order_id, { status, amount: Number(amount), refunded: Number(refunded) }]),
    ),
    shipments: new Map(shipments.map(({ order_id, status }) => [order_id, status])),
    stock: new Map(
      stock.map(({ sku, available, reserved, shipped }) => [
        sku,
        { available: Number(available), reserved: Number(reserved), shipped: Number(shipped) },
      ]),
    ),
  };
}
