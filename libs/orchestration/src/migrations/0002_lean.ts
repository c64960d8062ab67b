import { type Kysely, sql } from 'kysely';

/** An instance is written at every step, and counted every few seconds. */
export async function up(db: Kysely<never>): Promise<void> {
  // Its next self finds room beside it, and the indexes need not hear of it while its status stays (PostgreSQL calls that a heap-only tuple).
  await sql`alter table instance set (fillfactor = 50)`.execute(db);
  await sql`create index instance_open on instance (status) where ended_at is null`.execute(db);
  // A history is written once and read as a whole.
  await sql`alter table history alter column input type json using input::json, alter column sent type json using sent::json,
    alter column refused type json using refused::json`.execute(db);
}

export async function down(db: Kysely<never>): Promise<void> {
  await sql`alter table history alter column input type jsonb using input::jsonb, alter column sent type jsonb using sent::jsonb,
    alter column refused type jsonb using refused::jsonb`.execute(db);
  await sql`drop index instance_open`.execute(db);
  await sql`alter table instance reset (fillfactor)`.execute(db);
}
