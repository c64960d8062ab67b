import type { Postgres } from './postgres.store';
import { prices, stock } from './plan';
import type { ServiceName } from './services';

type Databases = ReadonlyMap<ServiceName, Postgres>;

/** Forgets every row, and what the session has prepared; then puts there what there is to sell. */
export async function beginAnew(databases: Databases): Promise<void> {
  for (const database of databases.values()) {
    const tables = await database.rows<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
        where schemaname in ('public', 'duet') and tablename not like '%migration%' order by 1`,
    );
    await database.exec(
      `deallocate all; truncate ${tables.map(({ name }) => name).join(', ')} restart identity; insert into duet.watermark default values`,
    );
  }
  const rows = (values: object, row: (sku: string, value: number) => string) =>
    Object.entries(values)
      .map(([sku, value]) => row(sku, value as number))
      .join(', ');
  await databases
    .get('inventory')
    ?.exec(`insert into stock (sku, available) values ${rows(stock, (sku, count) => `('${sku}', ${count})`)}`);
  await databases
    .get('order')
    ?.exec(`insert into product (sku, name, price) values ${rows(prices, (sku, price) => `('${sku}', '${sku}', ${price})`)}`);
}

export interface OrderBook {
  readonly id: string;
  readonly style: string;
  readonly status: 'placed' | 'confirmed' | 'rejected' | 'cancelled';
  readonly code: string | null;
  readonly total: number;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
}

/** What the services' own tables say. */
export interface Books {
  readonly orders: readonly OrderBook[];
  readonly stock: readonly { readonly sku: string; readonly available: number; readonly reserved: number; readonly shipped: number }[];
  readonly reservations: ReadonlyMap<string, string>;
  readonly payments: ReadonlyMap<string, { readonly status: string; readonly amount: number; readonly refunded: number }>;
  readonly shipments: ReadonlyMap<string, string>;
  readonly instances: ReadonlyMap<string, string>;
  /** What has not come to rest, in words. */
  readonly unrest: readonly string[];
}

export async function booksOf(databases: Databases): Promise<Books> {
  const ask = async <R>(service: ServiceName, sql: string): Promise<R[]> => databases.get(service)!.rows<R>(sql);
  const byId = <R extends { id: string }>(rows: readonly R[]) => new Map(rows.map((row) => [row.id, row]));
  const statuses = (rows: readonly { id: string; status: string }[]) => new Map(rows.map(({ id, status }) => [id, status]));
  return {
    orders: await ask('order', `select id, style, status, reason ->> 'code' as code, total::float8 as total, lines from orders order by n`),
    stock: await stockOf(databases),
    reservations: statuses(await ask('inventory', 'select order_id as id, state as status from reservation')),
    payments: byId(
      await ask<{ id: string; status: string; amount: number; refunded: number }>(
        'payment',
        'select order_id as id, status, amount::float8 as amount, refunded::float8 as refunded from payment',
      ),
    ),
    shipments: statuses(await ask('shipping', 'select order_id as id, status from shipment')),
    instances: statuses(await ask('orchestrator', 'select saga_id as id, status from instance')),
    unrest: (await Promise.all([...databases].map(([service, database]) => unrestOf(service, database)))).flat(),
  };
}

export const stockOf = (databases: Databases): Promise<Books['stock']> =>
  databases
    .get('inventory')!
    .rows(`select sku, available::float8 as available, reserved::float8 as reserved, shipped::float8 as shipped from stock order by sku`);

async function unrestOf(service: ServiceName, database: Postgres): Promise<string[]> {
  const rows = await database.rows<{ text: string }>(
    `select format('%s is %s (%s), %s', task, state, coalesce(reason, ''), saga_id) as text from duet.held
      union all select format('the timer %s of %s is due at %s', name, saga_id, due_at) from duet.timer
      union all select format('message %s of %s is unsent', seq, saga_id) from duet.outbox where sent_at is null order by 1`,
  );
  return rows.map(({ text }) => `${service}: ${text}`);
}
