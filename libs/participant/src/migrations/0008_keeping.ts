import { type Kysely, sql } from 'kysely';

/** What is old is found by its time. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create index inbox_age on duet.inbox (received_at)`.execute(db);
  await sql`create index outbox_age on duet.outbox (sent_at) where sent_at is not null`.execute(db);
  await sql`create index held_age on duet.held (held_at) where state = 'aside'`.execute(db);
  await sql`create index operation_age on duet.operation (at)`.execute(db);
  // The last day on which anything about the saga was written. A day and not a time, so that the index hears of it once a day and not with each step.
  await sql`alter table duet.saga add column touched_on date not null default current_date`.execute(db);
  await sql`create index saga_age on duet.saga (touched_on)`.execute(db);
}

export async function down(db: Kysely<never>): Promise<void> {
  await sql`drop index duet.inbox_age, duet.outbox_age, duet.held_age, duet.operation_age, duet.saga_age`.execute(db);
  await sql`alter table duet.saga drop column touched_on`.execute(db);
}
