import { type Kysely, sql } from 'kysely';

/** Steps whose outcome a person gave, and who. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create table duet.settlement (
    n bigint generated always as identity primary key,
    process text not null,
    saga_id text not null,
    step text not null,
    actor text not null,
    note text not null,
    at timestamptz not null default clock_timestamp()
  )`.execute(db);
  await sql`create index settlement_saga on duet.settlement (process, saga_id)`.execute(db);
}

export async function down(db: Kysely<never>): Promise<void> {
  await sql`drop table duet.settlement`.execute(db);
}
