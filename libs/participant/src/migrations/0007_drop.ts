import { type Kysely, sql } from 'kysely';

/** What people gave up, too: also what nobody could read. That belongs to no saga, and its message_id is the name that it was held by: its place in the log. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table duet.operation
    alter column process drop not null,
    alter column saga_id drop not null,
    drop constraint operation_did_check,
    add constraint operation_did_check check (did in ('redrive', 'settle', 'drop'))`.execute(db);
  // By the message: what is not held any more is asked for by nothing else.
  await sql`create index operation_message on duet.operation (message_id)`.execute(db);
}

export async function down(db: Kysely<never>): Promise<void> {
  await sql`drop index duet.operation_message`.execute(db);
  await sql`delete from duet.operation where did = 'drop'`.execute(db);
  await sql`alter table duet.operation
    alter column process set not null,
    alter column saga_id set not null,
    drop constraint operation_did_check,
    add constraint operation_did_check check (did in ('redrive', 'settle'))`.execute(db);
}
