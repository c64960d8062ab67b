import { type Kysely, sql } from 'kysely';

/** Who of those that operate the system did it; null for everybody else, the customer among them. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table history add column actor text`.execute(db);
  await sql`create index history_actor on history (n desc) where actor is not null`.execute(db);
}

export async function down(db: Kysely<never>): Promise<void> {
  await sql`alter table history drop column actor`.execute(db);
}
