import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  // Who has lost these tables has lost this name, too, and hears everything again. The row is also the lock under which one batch is stored at a time, so that positions become visible in order.
  await sql`create table memory (
    name text not null default substr(md5(random()::text || clock_timestamp()::text), 1, 12),
    revision bigint not null default 0,
    forgotten_to bigint not null default 0
  )`.execute(db);
  await sql`insert into memory default values`.execute(db);
  await sql`create table manifest (
    service text primary key,
    body jsonb not null,
    at timestamptz not null
  )`.execute(db);
  await sql`create table message (
    n bigint generated always as identity primary key,
    id text not null unique,
    process text not null,
    saga text not null,
    type text not null,
    kind text not null,
    service text not null,
    at timestamptz not null,
    style text not null,
    hop bigint not null,
    seq bigint not null,
    cause text,
    version bigint,
    ask text,
    void boolean not null,
    reason jsonb,
    parking jsonb,
    traceparent text,
    body jsonb not null
  )`.execute(db);
  await sql`create index message_of_saga on message (process, saga)`.execute(db);
  await sql`create table saga (
    process text not null,
    id text not null,
    style text not null,
    version bigint,
    state text not null,
    concerns text[] not null,
    words text not null,
    reason jsonb,
    reason_code text,
    started_at timestamptz not null,
    last_at timestamptz not null,
    ended_at timestamptz,
    messages integer not null,
    hops bigint not null,
    waiting_service text,
    waiting_command text,
    waiting_since timestamptz,
    waiting_within bigint,
    landscape text not null,
    facts jsonb not null,
    facts_count integer not null,
    facts_from text not null,
    customer text generated always as (left(facts ->> 'customerId', 256)) stored,
    primary key (process, id)
  )`.execute(db);
  await sql`create index saga_newest on saga (started_at desc, process, id)`.execute(db);
  await sql`create index saga_by_state on saga (state, started_at desc)`.execute(db);
  await sql`create index saga_by_reason on saga (reason_code, started_at desc) where reason_code is not null`.execute(db);
  await sql`create index saga_by_customer on saga (customer, started_at desc) where customer is not null`.execute(db);
  await sql`create index saga_by_id on saga (id text_pattern_ops)`.execute(db);
  await sql`create index saga_open on saga (process, style, waiting_service, waiting_command, waiting_within, waiting_since) where ended_at is null`.execute(
    db,
  );
  await sql`create index saga_concerns on saga (started_at desc) where concerns <> '{}'`.execute(db);
  await sql`create index saga_landscape on saga (landscape)`.execute(db);
  await sql`create index saga_last on saga (last_at)`.execute(db);
  await sql`create table parked (
    service text not null,
    message_id text not null,
    command text not null,
    process text not null,
    saga text not null,
    role text not null,
    code text not null,
    text text not null,
    at timestamptz not null,
    primary key (service, message_id, command)
  )`.execute(db);
  await sql`create index parked_of_saga on parked (process, saga)`.execute(db);
  await sql`create index parked_oldest on parked (at, service, message_id, command)`.execute(db);
  // By the hour, and with -infinity over all of them. The class of what has no duration is -1.
  await sql`create table caused (
    hour timestamptz not null,
    process text not null,
    style text not null,
    cause_type text not null,
    cause_service text not null,
    cause_kind text not null,
    type text not null,
    service text not null,
    kind text not null,
    class integer not null,
    count bigint not null,
    sum_ms bigint not null,
    primary key (hour, process, style, cause_type, cause_service, type, service, class)
  )`.execute(db);
  await sql`create table tally (
    minute timestamptz not null,
    process text not null,
    style text not null,
    what text not null,
    reason text not null,
    count bigint not null,
    primary key (minute, process, style, what, reason)
  )`.execute(db);
  await sql`create table service (
    service text primary key,
    messages bigint not null,
    first_at timestamptz not null,
    last_at timestamptz not null
  )`.execute(db);
  await sql`create table unreadable (
    n bigint generated always as identity,
    place text not null,
    at timestamptz not null,
    code text not null,
    text text not null,
    primary key (place, at)
  )`.execute(db);
}
