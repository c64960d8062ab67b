import type { PoolClient } from 'pg';
import { fromRecord, heldColumnsWith, type HeldRecord, type HeldRow, type HeldState } from './held.rows.store';
import type { StepState } from './turn';

/** A message that waits here, as people look at it. */
export interface HeldMessage {
  readonly row: HeldRow;
  /** Its place among all that was ever held here. */
  readonly n: number;
  readonly heldAt: Date;
  /** Bytes of its value, of which a list has only the beginning. */
  readonly bytes: number;
  /** What is known of its step; undefined where nothing is. */
  readonly step: StepState | undefined;
}

/** Which of them; what is not said does not matter. */
export interface HeldFilter {
  readonly state?: HeldState;
  /** Of the reason. */
  readonly code?: string;
  /** The command's wire name, or that of the event that was heard; of what nobody could read, the one that it claims. */
  readonly task?: string;
}

/** As much of a value as a list shows, in bytes. */
export const previewBytes = 1_024;

/** Of a header that is long, in characters; what a message claims to be is no longer, either. */
const previewLength = 257;
const asked = `case when h.task not in ('', 'hears') then h.task when json_typeof(h.headers -> 'ce_type') = 'string' then left(h.headers ->> 'ce_type', ${previewLength}) else '' end`;
const filtered = `($1::text is null or h.state = $1) and ($2::text is null or h.code = $2) and ($3::text is null or ${asked} = $3)`;
const valuesOf = ({ state, code, task }: HeldFilter) => [state ?? null, code ?? null, task ?? null];

/** Of an event that was heard, too, where there is an outside call for it. */
const stepOf = `(select steps -> (case h.task when 'hears' then 'hears:' || ${asked} || ':' || h.message_id else h.task end) ->> 0
  from duet.saga s where s.process = h.process and s.id = h.saga_id)`;
const columnsWith = (value?: string, bytes?: (column: string) => string) =>
  `${heldColumnsWith(value, bytes)}, n, held_at, coalesce(octet_length(message_value), 0) as bytes, ${stepOf} as step`;

/** A page has up to 200 messages, each of which can have 2 MiB of headers, or of a key: where they are long, only the beginning of each and of the first fifty is fetched. */
const beginnings: Readonly<Record<string, string>> = {
  message_value: `substring(message_value from 1 for ${previewBytes})`,
  message_key: `substring(message_key from 1 for ${previewBytes})`,
  headers: `case when octet_length(headers::text) <= 16384 then headers else
    (select json_object_agg(key, left(value #>> '{}', ${previewLength})) from (select key, value from json_each(h.headers) limit 50) as first) end`,
};

interface ShownRecord extends HeldRecord {
  n: string;
  held_at: Date;
  bytes: number;
  step: StepState | null;
}
const fromShown = (row: ShownRecord): HeldMessage => ({
  ...{ row: fromRecord(row), n: Number(row.n), heldAt: row.held_at, bytes: row.bytes, step: row.step ?? undefined },
});

/** Oldest first, from behind `after` on; keys, values and long headers only begin. */
export async function listHeld(client: PoolClient, filter: HeldFilter, page: { after: number; limit: number }): Promise<HeldMessage[]> {
  const { rows } = await client.query<ShownRecord>({
    name: 'duet-held-list',
    text: `select ${columnsWith('message_value', (column) => beginnings[column] ?? column)} from duet.held h where ${filtered} and n > $4 order by n limit $5`,
    values: [...valuesOf(filter), page.after, page.limit],
  });
  return rows.map(fromShown);
}

export async function findHeld(client: PoolClient, id: string): Promise<HeldMessage | undefined> {
  const { rows } = await client.query<ShownRecord>({
    name: 'duet-held-find',
    text: `select ${columnsWith()} from duet.held h where id = $1`,
    values: [id],
  });
  const row = rows[0];
  return row && fromShown(row);
}

/** Those that the same was asked of, and that stand the same for the same reason. */
export interface HeldGroup {
  readonly state: HeldState;
  readonly code: string | null;
  /** As in the filter. */
  readonly task: string;
  readonly count: number;
  readonly oldest: Date;
  readonly newest: Date;
  /** The id and the reason of the oldest. */
  readonly example: string;
  readonly text: string | null;
}

/** The largest first. */
export async function groupsOfHeld(client: PoolClient, filter: HeldFilter, limit: number): Promise<HeldGroup[]> {
  const { rows } = await client.query<Omit<HeldGroup, 'count'> & { count: string }>({
    name: 'duet-held-groups',
    text: `select g.state, g.code, g.task, g.count, g.oldest, g.newest, first.id as example, first.reason as text
      from (select h.state, h.code, ${asked} as task, count(*), min(h.held_at) as oldest, max(h.held_at) as newest, min(h.n) as n
        from duet.held h where ${filtered} group by 1, 2, 3 order by count(*) desc, min(h.n) limit $4) g
      join duet.held first using (n) order by g.count desc, n`,
    values: [...valuesOf(filter), limit],
  });
  return rows.map((row) => ({ ...row, count: Number(row.count) }));
}
