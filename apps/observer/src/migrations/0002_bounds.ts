import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  // How many messages were heard beyond those that are kept; and by when what it waits for must have come because the whole is late then.
  await sql`alter table saga add beyond bigint not null default 0, add waiting_due timestamptz`.execute(db);
  // What a saga is judged by is named for each kind of saga.
  await sql`drop index saga_landscape`.execute(db);
  await sql`create index saga_judged_by on saga (process, style, coalesce(version, -1), landscape)`.execute(db);
}
