import type { Clients, Service, Snapshots } from '@duet/audit';
import { Client } from 'pg';
import { prices, stock } from './plan';
import type { Postgres } from './postgres.store';
import { type ServiceName, serviceNames } from './services';

export type Servers = ReadonlyMap<ServiceName, Postgres>;

/** Forgets every row, and what sessions have prepared; then puts there what there is to sell. */
export async function beginAnew(servers: Servers): Promise<void> {
  for (const server of servers.values()) {
    const tables = await server.rows<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
        where schemaname in ('public', 'duet') and tablename not like '%migration%' order by 1`,
    );
    const names = tables.map(({ name }) => name).join(', ');
    await server.exec(`deallocate all; truncate ${names} restart identity; insert into duet.watermark default values`);
  }
  const rows = (values: Readonly<Record<string, number>>, row: (sku: string, value: number) => string): string =>
    Object.entries(values)
      .map(([sku, value]) => row(sku, value))
      .join(', ');
  const available = rows(stock, (sku, count) => `('${sku}', ${count})`);
  await servers.get('inventory')?.exec(`insert into stock (sku, available) values ${available}`);
  const products = rows(prices, (sku, price) => `('${sku}', '${sku}', ${price})`);
  await servers.get('order')?.exec(`insert into product (sku, name, price) values ${products}`);
}

/** A product's counts. */
export interface Stock {
  readonly sku: string;
  readonly available: number;
  readonly reserved: number;
  readonly shipped: number;
}

export async function stockOf(servers: Servers): Promise<Stock[]> {
  const columns = ['available', 'reserved', 'shipped'].map((name) => `${name}::float8 as ${name}`);
  return (await servers.get('inventory')?.rows<Stock>(`select sku, ${columns.join(', ')} from stock order by sku`)) ?? [];
}

/** Whatever is open has a deadline, at every moment: the order where nobody leads it, and the saga where the orchestrator does. Those without one, in words. */
export async function withoutDeadline(servers: Servers): Promise<string[]> {
  const none = (id: string): string => `not exists (select from duet.timer t where t.saga_id = ${id})`;
  const open = {
    order: `select 'the order ' || id as what from orders where status = 'placed' and style = 'choreography' and ${none('id::text')}`,
    orchestrator: `select 'the saga ' || saga_id as what from instance where ended_at is null and ${none('instance.saga_id')}`,
  } as const;
  const found: string[] = [];
  for (const service of ['order', 'orchestrator'] as const) {
    const rows = (await servers.get(service)?.rows<{ what: string }>(open[service])) ?? [];
    found.push(...rows.map(({ what }) => `${what} is open and has no deadline`));
  }
  return found;
}

/** What has not come to rest, in words: open orders, what is held or unsent, deadlines. */
export async function unrestOf(servers: Servers): Promise<string[]> {
  const unrest: string[] = [];
  for (const [service, server] of servers) {
    const rows = await server.rows<{ text: string }>(
      `select format('%s is %s (%s), %s', task, state, coalesce(reason, ''), saga_id) as text from duet.held
        union all select format('the timer %s of %s is due at %s', name, saga_id, due_at) from duet.timer
        union all select format('message %s of %s is unsent', seq, saga_id) from duet.outbox where sent_at is null order by 1`,
    );
    unrest.push(...rows.map(({ text }) => `${service}: ${text}`));
  }
  const open = await servers.get('order')?.rows<{ id: string }>(`select id from orders where status = 'placed' order by id`);
  return [...unrest, ...(open ?? []).map(({ id }) => `order: ${id} is open`)];
}

/** The services' databases for the audit, as they stand: when everything has come to rest, no moment is another's. */
export class RestingBooks implements Snapshots {
  readonly services: ReadonlySet<Service> = new Set(serviceNames);

  constructor(private readonly servers: Servers) {}

  async take<T>(work: (clients: Clients) => Promise<T>): Promise<T> {
    const clients = new Map<Service, Client>();
    for (const [service, server] of this.servers) {
      const client = new Client({ user: 'audit', database: service, stream: () => server.connect() });
      await client.connect();
      await client.query('begin read only');
      clients.set(service, client);
    }
    try {
      return await work(clients);
    } finally {
      for (const client of clients.values()) await client.end();
    }
  }
}
