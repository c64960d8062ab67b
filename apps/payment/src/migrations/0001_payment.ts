import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`create table payment (
    order_id uuid primary key,
    status text not null check (status in ('charged', 'declined', 'refunded')),
    amount bigint not null check (amount >= 0),
    refunded bigint not null default 0 check (refunded between 0 and amount),
    payment_id text
  )`.execute(db);
}

export async function down(db: Kysely<never>): Promise<void> {
  await sql`drop table payment`.execute(db);
}
