import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  // due_at: when it was promised to fire, to the millisecond; a timer that is moved is told from what it was by it.
  // look_at: when replicas look at it next: due_at at first, later after a failure, or while a replica has it in hand.
  await sql`create table duet.timer (
    process text not null,
    saga_id text not null,
    name text not null,
    due_at timestamptz not null,
    within_ms double precision not null,
    look_at timestamptz not null,
    attempts integer not null default 0,
    primary key (process, saga_id, name)
  )`.execute(db);
  await sql`create index timer_look on duet.timer (look_at)`.execute(db);

  // How far this service has read, in one row that its replicas share. reached: what had been written by then has been read.
  // note: a time and where the input topics ended then, to become the next reached. standing: how far those of its partitions are that have not been read yet,
  // and since when; stalled_since: the longest of these. asked_at: when the broker was last asked. turn_until: until when one replica alone sees to all that.
  await sql`create table duet.watermark (
    one boolean primary key default true check (one),
    reached timestamptz not null default '-infinity',
    note jsonb,
    standing jsonb,
    stalled_since timestamptz,
    asked_at timestamptz,
    turn_until timestamptz not null default '-infinity'
  )`.execute(db);
  await sql`insert into duet.watermark default values`.execute(db);
}

export async function down(db: Kysely<never>): Promise<void> {
  await sql`drop table duet.timer, duet.watermark`.execute(db);
}
