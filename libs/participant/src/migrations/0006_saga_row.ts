import { type Kysely, sql } from 'kysely';

/** All that a unit decides by about a saga stands in the one row that it locks and reads anyway. */
export async function up(db: Kysely<never>): Promise<void> {
  // steps: by name, [state, id of the outcome or null]. held: how many messages wait for the saga at this service.
  // sender: the queue through which the saga's last message went out; null before its first.
  await sql`alter table duet.saga
    add column steps json not null default '{}',
    add column held integer not null default 0,
    add column sender text`.execute(db);
  await sql`update duet.saga set
    steps = coalesce((select json_object_agg(step, json_build_array(state, outcome_id)) from duet.step where step.process = saga.process and saga_id = id), '{}'),
    held = (select count(*) from duet.held where held.process = saga.process and saga_id = id),
    sender = case when next_seq > 1 then '' end`.execute(db);
  await sql`drop table duet.step`.execute(db);
  // For people and their queries.
  await sql`create view duet.step as
    select process, id as saga_id, key as step, value ->> 0 as state, value ->> 1 as outcome_id from duet.saga cross join lateral json_each(steps)`.execute(
    db,
  );
}

export async function down(db: Kysely<never>): Promise<void> {
  await sql`drop view duet.step`.execute(db);
  await sql`create table duet.step (
    process text not null,
    saga_id text not null,
    step text not null,
    state text not null check (state in ('calling', 'done', 'refused', 'undone', 'tombstone')),
    outcome_id text,
    updated_at timestamptz not null default clock_timestamp(),
    primary key (process, saga_id, step)
  )`.execute(db);
  await sql`insert into duet.step (process, saga_id, step, state, outcome_id)
    select process, id, key, value ->> 0, value ->> 1 from duet.saga cross join lateral json_each(steps)`.execute(db);
  await sql`alter table duet.saga drop column steps, drop column held, drop column sender`.execute(db);
}
