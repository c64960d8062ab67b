import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`create table shipment (
    order_id uuid primary key,
    status text not null check (status in ('shipped', 'refused', 'cancelled')),
    shipment_id text,
    carrier text
  )`.execute(db);
}

export async function down(db: Kysely<never>): Promise<void> {
  await sql`drop table shipment`.execute(db);
}
