import { type Kysely, sql } from 'kysely';

/** A small assortment, so that the first order works. Inventory is seeded with stock for it. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`insert into product (sku, name, price) values
    ('espresso-beans', 'Espresso beans, 1 kg', 1999), ('filter-beans', 'Filter beans, 1 kg', 1799), ('grinder', 'Hand grinder', 8900),
    ('kettle', 'Gooseneck kettle', 5900), ('limited-cup', 'Cup, limited edition', 2500)
    on conflict do nothing`.execute(db);
}

export async function down(): Promise<void> {
  // Orders refer to these products.
}
