import { until } from '@duet/testbed';
import type { System } from './system.fixture';

/** Sagas that wait for payment to answer, for `System.count`. */
export const unpaid = `instance where awaits = 'payment.ProcessPayment'`;
/** Payments that the world has been told of, for `System.count`. */
export const paid = `duet.outbox where sent_at is not null and headers->>'ce_type' = 'payment.PaymentProcessed'`;

/** Kills payment, and places orchestrated orders until the whole stock is taken: each waits for its payment, which has been asked for it. Returns their ids. */
export async function unpaidOrders(system: System, { sku, stock }: { sku: string; stock: number }): Promise<string[]> {
  await system.kill('payment');
  const orders: string[] = [];
  while (orders.length < stock) {
    const some = Array.from({ length: 25 }, () => system.place({ style: 'orchestration', lines: [{ sku, quantity: 1 }] }));
    orders.push(...(await Promise.all(some)).map(({ body }) => body.orderId));
  }
  await until(async () => (await system.count('orchestrator', unpaid)) === stock, { what: 'all are to be paid', deadline: 30_000 });
  // An orchestrator that is stopped between its commit and its send would keep the question to itself.
  const unsent = 'duet.outbox where sent_at is null';
  await until(async () => (await system.count('orchestrator', unsent)) === 0, { what: 'payment has been asked for all of them' });
  return orders;
}
