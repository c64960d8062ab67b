import { query } from '@duet/testbed';

/** How many messages a service has set aside. */
export async function asideAt(databaseUrl: string): Promise<number> {
  const [row] = await query<{ count: string }>(databaseUrl, `select count(*) from duet.held where state = 'aside'`);
  return Number(row?.count ?? 0);
}
