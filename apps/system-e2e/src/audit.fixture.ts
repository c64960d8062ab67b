import { isDeepStrictEqual } from 'node:util';
import { type OutsideLine, until } from '@duet/testbed';
import { type OrderView, type ServiceName, services, type System } from './system.fixture';

/** Orders of one product, one piece each. */
export interface Ledger {
  readonly sku: string;
  /** In minor units. */
  readonly price: number;
  /** What was there before the first of them. */
  readonly stock: number;
  /** Their ids. */
  readonly orders: readonly string[];
}

/**
 * Waits until all orders have ended, and holds the system to it that everything has come to rest then: each order is shipped and paid, or neither, by the outside world's own files and by the
 * services' own tables; every saga that was led has ended; nothing waits anywhere, and no deadline is left. Returns the orders as they ended.
 */
export async function audit(system: System, { sku, price, stock, orders }: Ledger, deadline = 60_000): Promise<OrderView[]> {
  const ended: OrderView[] = [];
  for (const orderId of orders) ended.push(await system.ended(orderId, deadline));
  const confirmed = ended.filter(({ status }) => status === 'confirmed').length;
  const right = {
    unrest: services.map((name) => ({ name, held: '0', timers: '0', unsent: '0' })),
    stock: { available: stock - confirmed, reserved: 0, shipped: confirmed },
    orders: ended.map(({ orderId, status, style }) => {
      const is = status === 'confirmed';
      const saga = style === 'choreography' ? undefined : is ? 'completed' : 'compensated';
      return { orderId, status, chargedTwice: false, kept: is ? price : 0, paid: is, gone: is, shipped: is, saga };
    }),
  };
  const look = async (): Promise<typeof right> => ({
    unrest: await Promise.all(services.map((name) => unrest(system, name))),
    stock: await system.stock(sku),
    orders: await accounts(system, ended),
  });
  // What does not come to be is shown by what is expected next.
  await until(async () => isDeepStrictEqual(await look(), right), { what: 'everything is at rest', deadline: 30_000 }).catch(
    () => undefined,
  );
  expect(await look()).toEqual(right);
  return ended;
}

/** What has not come to rest in a service. */
async function unrest(system: System, name: ServiceName) {
  const [row] = await system.sql<{ held: string; timers: string; unsent: string }>(
    name,
    `select (select count(*) from duet.held) as held, (select count(*) from duet.timer) as timers,
      (select count(*) from duet.outbox where sent_at is null) as unsent`,
  );
  return { name, held: '', timers: '', unsent: '', ...row };
}

/** What the outside world and the services' own tables say of orders. */
async function accounts(system: System, ended: readonly OrderView[]) {
  const [money, goods, payments, shipments, sagas] = await Promise.all([
    linesByOrder(system, 'payments'),
    linesByOrder(system, 'shipments'),
    statuses(system, 'payment', 'select order_id as id, status from payment'),
    statuses(system, 'shipping', 'select order_id as id, status from shipment'),
    statuses(system, 'orchestrator', 'select saga_id as id, status from instance'),
  ]);
  return ended.map(({ orderId, status }) => {
    const taken = money.get(orderId) ?? [];
    const charges = taken.filter(({ what }) => what === 'charged');
    const kept =
      charges.reduce((sum, { request }) => sum + (request?.amount ?? 0), 0) -
      taken.filter(({ what }) => what === 'cancelled').reduce((sum, { answer }) => sum + Number(answer?.body['refunded'] ?? 0), 0);
    const sent = (goods.get(orderId) ?? []).map(({ what }) => what);
    return {
      ...{ orderId, status, kept },
      chargedTwice: charges.length > 1,
      paid: payments.get(orderId) === 'charged',
      gone: sent.filter((what) => what === 'shipped').length === 1 && !sent.includes('cancelled'),
      shipped: shipments.get(orderId) === 'shipped',
      saga: sagas.get(orderId),
    };
  });
}

/** The lines of one of the outside world's own files, by the order that they are for. */
async function linesByOrder(system: System, file: 'payments' | 'shipments'): Promise<Map<string, OutsideLine[]>> {
  const lines = await system.outside.lines(file);
  const orders = new Map(lines.flatMap(({ key, request }) => (key && request?.reference ? [[key, request.reference]] : [])));
  const byOrder = new Map<string, OutsideLine[]>();
  for (const line of lines) {
    const order = orders.get(line.key ?? '');
    if (order !== undefined) byOrder.set(order, [...(byOrder.get(order) ?? []), line]);
  }
  return byOrder;
}

async function statuses(system: System, name: ServiceName, query: string): Promise<Map<string, string>> {
  return new Map((await system.sql<{ id: string; status: string }>(name, query)).map(({ id, status }) => [id, status]));
}
