import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  // Every unit that came in is available, reserved or shipped. The checks are the last line: a refusal is decided before they are met.
  await sql`create table stock (
    sku text primary key,
    available bigint not null check (available >= 0),
    reserved bigint not null default 0 check (reserved >= 0),
    shipped bigint not null default 0 check (shipped >= 0)
  )`.execute(db);
  await sql`create table reservation (
    order_id uuid primary key,
    lines jsonb not null,
    state text not null check (state in ('reserved', 'refused', 'released', 'issued'))
  )`.execute(db);
}

export async function down(db: Kysely<never>): Promise<void> {
  await sql`drop table reservation, stock`.execute(db);
}
