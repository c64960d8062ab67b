import { query } from '@duet/testbed';

/** What a service has set aside since: `n` grows. */
export interface AsideRow {
  readonly n: number;
  /** `topic/partition/offset` */
  readonly place: string;
  readonly code: string;
}

/** Oldest first. @param after what was seen before is left out */
export async function asideAfter(databaseUrl: string, after: number): Promise<AsideRow[]> {
  const rows = await query<{ n: string; id: string; code: string }>(
    databaseUrl,
    `select n, id, code from duet.held where state = 'aside' and n > $1 order by n`,
    [after],
  );
  return rows.map(({ n, id, code }) => ({ n: Number(n), place: id.replace(/^aside:(.*)\/[^/]*$/, '$1'), code }));
}
