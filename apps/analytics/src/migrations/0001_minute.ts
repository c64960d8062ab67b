import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`create table minute (
    minute timestamptz not null,
    style text not null,
    what text not null check (what in ('placed', 'confirmed', 'rejected', 'cancelled')),
    reason text not null,
    currency text not null,
    orders bigint not null,
    revenue numeric not null,
    primary key (minute, style, what, reason, currency)
  )`.execute(db);
}

export async function down(db: Kysely<never>): Promise<void> {
  await sql`drop table minute`.execute(db);
}
