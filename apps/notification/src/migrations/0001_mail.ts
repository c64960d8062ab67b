import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`create table mail (
    n bigint generated always as identity primary key,
    message_id text not null unique,
    order_id uuid not null,
    kind text not null check (kind in ('confirmation', 'rejection', 'cancellation', 'refund')),
    sent_at timestamptz not null default clock_timestamp()
  )`.execute(db);
  await sql`create index mail_order on mail (order_id, n)`.execute(db);
}

export async function down(db: Kysely<never>): Promise<void> {
  await sql`drop table mail`.execute(db);
}
