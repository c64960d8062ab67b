import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  // state is what decide() works on; the columns beside it are what people look for.
  await sql`create table instance (
    process text not null,
    saga_id text not null,
    n bigint generated always as identity,
    version integer not null,
    style text not null,
    status text not null,
    awaits text,
    due_at timestamptz,
    hop integer not null,
    entries integer not null,
    residue text[] not null,
    state jsonb not null,
    started_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    ended_at timestamptz,
    primary key (process, saga_id)
  )`.execute(db);
  await sql`create index instance_n on instance (n desc)`.execute(db);
  await sql`create index instance_status on instance (status, n desc)`.execute(db);
  await sql`create index instance_id on instance (saga_id)`.execute(db);
  await sql`create index instance_residue on instance (n) where residue <> '{}'`.execute(db);

  // What happened to each, in order: from this alone its state can be computed again.
  await sql`create table history (
    process text not null,
    saga_id text not null,
    n integer not null,
    input jsonb not null,
    sent jsonb not null,
    refused jsonb,
    at timestamptz not null default clock_timestamp(),
    primary key (process, saga_id, n)
  )`.execute(db);
}

export async function down(db: Kysely<never>): Promise<void> {
  await sql`drop table history, instance`.execute(db);
}
