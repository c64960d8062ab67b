import { randomUUID } from 'node:crypto';
import { Pool } from 'pg';

/** One slice of the floor. */
export interface FloorRequest {
  /** Of a database of its own. */
  readonly databaseUrl: string;
  readonly skus: readonly string[];
  readonly quantity: number;
  readonly rampMs: number;
  readonly measuredMs: number;
}

/** Orders that ended in the measured part. */
export interface FloorAnswer {
  readonly ended: number;
}

/** Connections, each with one order at a time. */
const connections = 32;

/** The columns and indexes of the services' own tables, so that a write costs what it costs them. */
const tables = `
  create table if not exists orders (
    id uuid primary key, n bigint generated always as identity, request_hash text not null, customer_id text not null, style text not null, status text not null,
    reason jsonb, lines jsonb not null, total bigint not null, currency text not null, payment_method text not null, ship_to jsonb not null,
    placed_at timestamptz not null, ended_at timestamptz);
  create index if not exists orders_n on orders (n desc);
  create table if not exists stock (
    sku text primary key, available bigint not null check (available >= 0), reserved bigint not null default 0 check (reserved >= 0), shipped bigint not null default 0);
  create table if not exists reservation (order_id uuid primary key, lines jsonb not null, state text not null);
  create table if not exists payment (order_id uuid primary key, status text not null, amount bigint not null, refunded bigint not null default 0, payment_id text);
  create table if not exists shipment (order_id uuid primary key, status text not null, shipment_id text, carrier text);`;

// Plain text, parsed and planned by the server each time: what a plain program does. Prepared, they are about one and a half times as fast.
const place = `insert into orders (id, request_hash, customer_id, style, status, lines, total, currency, payment_method, ship_to, placed_at)
    values ($1, $2, 'c-42', 'floor', 'placed', $3, $4, 'CHF', $5, '{"country":"CH","postalCode":"8001"}', clock_timestamp())`;
const reserve = `with taken as (update stock set available = available - $3, reserved = reserved + $3 where sku = $2 and available >= $3 returning sku)
    insert into reservation (order_id, lines, state) select $1, $4, 'reserved' from taken`;
const pay = 'insert into payment (order_id, status, amount, payment_id) values ($1, $2, $3, $4)';
const ship = `insert into shipment (order_id, status, shipment_id, carrier) values ($1, 'shipped', $2, 'swiss-post')`;
const release = `with given as (update reservation set state = 'released' where order_id = $1 and state = 'reserved' returning order_id)
    update stock set available = available + $3, reserved = reserved - $3 from given where sku = $2`;
const end = `update orders set status = $2, reason = $3, ended_at = clock_timestamp() where id = $1 and status = 'placed'`;

type Query = (statement: string, ...values: unknown[]) => Promise<unknown>;

/** The five business writes of an order, one statement and one commit each. */
async function order(query: Query, { sku, quantity, declined }: { sku: string; quantity: number; declined: boolean }): Promise<void> {
  const id = randomUUID();
  const lines = JSON.stringify([{ sku, quantity, price: 1_000 }]);
  const total = quantity * 1_000;
  await query(place, id, id, lines, total, declined ? 'card_declined' : 'card_ok');
  await query(reserve, id, sku, quantity, lines);
  await query(pay, id, declined ? 'declined' : 'charged', total, declined ? null : id);
  if (declined) {
    await query(release, id, sku, quantity);
    await query(end, id, 'rejected', '{"code":"payment-declined","text":"the card was declined"}');
  } else {
    await query(ship, id, id);
    await query(end, id, 'confirmed', null);
  }
}

let pool: Pool | undefined;

/** What the machine does when nothing stands between an order and its tables: one process, plain SQL. */
export async function floorSlice({ databaseUrl, skus, quantity, rampMs, measuredMs }: FloorRequest): Promise<FloorAnswer> {
  pool ??= await prepared(databaseUrl, skus);
  const from = performance.now() + rampMs;
  const until = from + measuredMs;
  let placed = 0;
  let ended = 0;
  const worker = async (open: Pool): Promise<void> => {
    const client = await open.connect();
    try {
      const query: Query = (statement, ...values) => client.query(statement, values);
      while (performance.now() < until) {
        const n = placed++;
        await order(query, { sku: skus[n % skus.length] ?? '', quantity, declined: n % 10 === 9 });
        const now = performance.now();
        if (now >= from && now < until) ended++;
      }
    } finally {
      client.release();
    }
  };
  const open = pool;
  await Promise.all(Array.from({ length: connections }, () => worker(open)));
  return { ended };
}

async function prepared(connectionString: string, skus: readonly string[]): Promise<Pool> {
  const made = new Pool({ connectionString, max: connections, application_name: 'floor' });
  await made.query(tables);
  await made.query('insert into stock (sku, available) select sku, 1000000000000 from unnest($1::text[]) as s (sku)', [skus]);
  return made;
}
