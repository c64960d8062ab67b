import { type Kysely, sql } from 'kysely';

/** Rows that cost less to write: every order has some six of its history, and ends once. */
export async function up(db: Kysely<never>): Promise<void> {
  // One index for both that a note is one however often it is heard, and an order's history: a message belongs to one order.
  await sql`alter table history drop constraint history_pkey, add primary key (order_id, message_id)`.execute(db);
  await sql`drop index history_order`.execute(db);
  // An order that ends finds room beside its old self, and the indexes need not hear of it (PostgreSQL calls that a heap-only tuple).
  await sql`alter table orders set (fillfactor = 60)`.execute(db);
}

export async function down(db: Kysely<never>): Promise<void> {
  await sql`alter table orders reset (fillfactor)`.execute(db);
  await sql`create index history_order on history (order_id, n)`.execute(db);
  await sql`alter table history drop constraint history_pkey, add primary key (message_id)`.execute(db);
}
