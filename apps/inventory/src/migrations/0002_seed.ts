import { type Kysely, sql } from 'kysely';

/** Stock for the products that the order service is seeded with, so that the first order works; and of each less than an order may ask for, so that one can ask for too much. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`insert into stock (sku, available) values
    ('espresso-beans', 100000), ('filter-beans', 100000), ('grinder', 10000), ('kettle', 10000), ('limited-cup', 10)
    on conflict do nothing`.execute(db);
}

export async function down(): Promise<void> {
  // The goods stay where they are.
}
