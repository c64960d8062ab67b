import { query } from '@duet/testbed';

/** How much a participant has still to do or to send; what it has set aside nobody will do. */
export async function unfinishedAt(url: string): Promise<number> {
  const [row] = await query<{ count: string }>(
    url,
    `select (select count(*) from duet.held where state <> 'aside') + (select count(*) from duet.outbox where sent_at is null) as count`,
  );
  return Number(row?.count ?? 0);
}
