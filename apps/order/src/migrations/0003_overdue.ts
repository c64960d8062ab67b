import { type Kysely, sql } from 'kysely';

/** How often an order's own deadline has passed. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table orders add column overdue integer not null default 0`.execute(db);
}

export async function down(db: Kysely<never>): Promise<void> {
  await sql`alter table orders drop column overdue`.execute(db);
}
