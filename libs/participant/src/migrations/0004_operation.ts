import { type Kysely, sql } from 'kysely';

/** Everything that a person did about a held message, not only what was settled. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table duet.settlement rename to operation`.execute(db);
  await sql`alter index duet.settlement_saga rename to operation_saga`.execute(db);
  // A redrive needs no note. message_id: of the message that was held.
  await sql`alter table duet.operation
    add column did text not null default 'settle' check (did in ('redrive', 'settle')),
    add column message_id text not null default '',
    alter column note drop not null`.execute(db);
}

export async function down(db: Kysely<never>): Promise<void> {
  await sql`delete from duet.operation where did <> 'settle'`.execute(db);
  await sql`alter table duet.operation drop column did, drop column message_id, alter column note set not null`.execute(db);
  await sql`alter index duet.operation_saga rename to settlement_saga`.execute(db);
  await sql`alter table duet.operation rename to settlement`.execute(db);
}
