import { type Kysely, sql } from 'kysely';

/** What people did is little among everything that happened. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create index history_done on history (at desc, process desc, saga_id desc, n desc) where input ->> 'actor' is not null`.execute(
    db,
  );
}

export async function down(db: Kysely<never>): Promise<void> {
  await sql`drop index history_done`.execute(db);
}
