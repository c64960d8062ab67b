import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`create schema if not exists duet`.execute(db);

  // One row per saga that this service has met: what every unit of work locks first, and where the saga's outgoing order is counted.
  await sql`create table duet.saga (
    process text not null,
    id text not null,
    next_seq bigint not null default 1,
    primary key (process, id)
  )`.execute(db);

  // What was received. A second copy of a message meets its own row here.
  await sql`create table duet.inbox (
    message_id text primary key,
    process text not null,
    saga_id text not null,
    received_at timestamptz not null default clock_timestamp()
  )`.execute(db);

  await sql`create table duet.step (
    process text not null,
    saga_id text not null,
    step text not null,
    state text not null check (state in ('calling', 'done', 'refused', 'undone', 'tombstone')),
    outcome_id text,
    updated_at timestamptz not null default clock_timestamp(),
    primary key (process, saga_id, step)
  )`.execute(db);

  // What waits: in the order of n within its saga. Rows set aside belong to no saga's queue.
  // due_at: when a retry is tried again; for a call under way, the end of its lease.
  await sql`create table duet.held (
    id text primary key,
    n bigint generated always as identity,
    process text,
    saga_id text,
    task text not null,
    message_id text,
    topic text not null,
    message_key bytea,
    message_value bytea,
    headers jsonb not null,
    state text not null check (state in ('waiting', 'calling', 'retrying', 'parked', 'aside')),
    attempts integer not null default 0,
    code text,
    reason text,
    due_at timestamptz,
    lease text,
    held_at timestamptz not null default clock_timestamp()
  )`.execute(db);
  await sql`create index held_saga on duet.held (process, saga_id, n) where saga_id is not null`.execute(db);
  await sql`create index held_due on duet.held (due_at) where due_at is not null`.execute(db);

  // What is to be sent. created_at is taken while the saga is locked, so that within a saga it grows with seq.
  await sql`create table duet.outbox (
    process text not null,
    saga_id text not null,
    seq bigint not null,
    topic text not null,
    value text not null,
    headers jsonb not null,
    created_at timestamptz not null default clock_timestamp(),
    sent_at timestamptz,
    primary key (process, saga_id, seq)
  )`.execute(db);
  await sql`create index outbox_unsent on duet.outbox (process, saga_id, seq) where sent_at is null`.execute(db);
}

export async function down(db: Kysely<never>): Promise<void> {
  await sql`drop schema duet cascade`.execute(db);
}
