import { auditAtRest, Books, Databases } from '@duet/audit';
import type { OrderView, System } from './system.fixture';

/** Orders of one product, one piece each. */
export interface Ledger {
  readonly sku: string;
  /** What was there before the first of them. */
  readonly stock: number;
  /** Their ids. */
  readonly orders: readonly string[];
}

/**
 * Waits until all orders have ended, and holds the system to it that everything has come to rest then: every promise that the services' own tables and the outside world's own files can show is
 * kept for every order of the system. Returns the orders as they ended.
 */
export async function audit(system: System, { sku, stock, orders }: Ledger, deadline = 60_000): Promise<OrderView[]> {
  const ended: OrderView[] = [];
  for (const orderId of orders) ended.push(await system.ended(orderId, deadline));
  const databases = await Databases.open(system.urls);
  try {
    const answered = { orders: orders.map((orderId) => ({ orderId })) };
    const stocked = new Map([[sku, stock]]);
    const { findings } = await auditAtRest(new Books(databases, system.outside.folder), { answered, stocked }, { withinMs: 30_000 });
    expect(findings).toEqual([]);
    return ended;
  } finally {
    await databases.close();
  }
}
