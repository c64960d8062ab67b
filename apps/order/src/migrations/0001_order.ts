import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`create table product (
    sku text primary key,
    name text not null,
    price bigint not null check (price >= 0)
  )`.execute(db);
  await sql`create table orders (
    id uuid primary key,
    n bigint generated always as identity,
    request_hash text not null,
    customer_id text not null,
    style text not null,
    status text not null check (status in ('placed', 'confirmed', 'rejected', 'cancelled')),
    reason jsonb,
    lines jsonb not null,
    total bigint not null,
    currency text not null,
    payment_method text not null,
    ship_to jsonb not null,
    placed_at timestamptz not null,
    ended_at timestamptz,
    check ((status = 'placed') = (ended_at is null))
  )`.execute(db);
  await sql`create index orders_n on orders (n desc)`.execute(db);
  // What happened to an order, as this service heard it: its own projection.
  await sql`create table history (
    message_id text primary key,
    order_id uuid not null,
    n bigint generated always as identity,
    type text not null,
    at timestamptz not null,
    reason jsonb
  )`.execute(db);
  await sql`create index history_order on history (order_id, n)`.execute(db);
}

export async function down(db: Kysely<never>): Promise<void> {
  await sql`drop table history, orders, product`.execute(db);
}
