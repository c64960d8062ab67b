import type { Span } from '@duet/platform';
import type { PoolClient } from 'pg';
import { type SagaRef, sagaKey } from './call';
import type { Resend } from './outgoing';
import { column, each, refsOf } from './sql';

/** The rows of what is to be sent, and of what has been. */

/** A message on its way out: the order of `seq` within a saga is the order of commits. */
export interface OutboxRow extends SagaRef {
  readonly seq: number;
  readonly topic: string;
  readonly value: string;
  readonly headers: Record<string, string>;
  /** Of who has just made it, where there are traces: ends when it is sent. */
  readonly span?: Span;
}

export function insertOutbox(client: PoolClient, rows: readonly OutboxRow[]): Promise<unknown> {
  return client.query({
    name: 'duet-outbox-insert',
    text: `insert into duet.outbox (process, saga_id, seq, topic, value, headers)
          select * from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::json[])`,
    values: [
      ...refsOf(rows),
      column(rows, 'seq'),
      column(rows, 'topic'),
      column(rows, 'value'),
      rows.map(({ headers }) => JSON.stringify(headers)),
    ],
  });
}

/** What these sagas have not sent yet of what was committed before, by saga. */
export async function unsentOf(client: PoolClient, refs: readonly SagaRef[]): Promise<Map<string, number[]>> {
  const { rows } = await client.query<{ process: string; saga_id: string; seqs: string[] }>({
    name: 'duet-unsent',
    text: `select process, saga_id, array_agg(seq) as seqs from ${each} cross join lateral
      (select process as p, saga_id, seq from duet.outbox where process = u.process and saga_id = u.saga and sent_at is null offset 0) s group by 1, 2`,
    values: refsOf(refs),
  });
  return new Map(rows.map((row) => [sagaKey({ process: row.process, saga: row.saga_id }), row.seqs.map(Number)]));
}

/** Messages that went out before, by their ids: as long as they are kept. */
export async function sentBefore(client: PoolClient, resends: readonly Resend[]): Promise<OutboxRow[]> {
  const { rows } = await client.query<OutboxRecord>({
    name: 'duet-outbox-again',
    text: `select s.* from unnest($1::text[], $2::text[], $3::text[]) as u (process, saga, id) cross join lateral
      (select process, saga_id, seq, topic, value, headers from duet.outbox
        where process = u.process and saga_id = u.saga and headers ->> 'ce_id' = u.id and sent_at is not null offset 0) s`,
    values: [column(resends, 'process'), column(resends, 'saga'), column(resends, 'id')],
  });
  return rows.map(fromOutbox);
}

export async function markSent(client: PoolClient, rows: readonly OutboxRow[]): Promise<void> {
  await client.query({
    name: 'duet-outbox-sent',
    text: `update duet.outbox set sent_at = clock_timestamp() from unnest($1::text[], $2::text[], $3::bigint[]) as s (process, saga_id, seq)
      where outbox.process = s.process and outbox.saga_id = s.saga_id and outbox.seq = s.seq and sent_at is null`,
    values: [column(rows, 'process'), column(rows, 'saga'), column(rows, 'seq')],
  });
}

/** Unsent rows that have waited longer than the grace, in the order of each saga. Older ones of a saga are always among them. */
export async function overdueOutbox(client: PoolClient, graceMs: number, limit: number): Promise<OutboxRow[]> {
  const { rows } = await client.query<OutboxRecord>({
    name: 'duet-outbox-overdue',
    // An earlier one that is not overdue yet holds the later ones back: when the clock goes back, a later row has an earlier time.
    text: `select process, saga_id, seq, topic, value, headers from duet.outbox o
      where sent_at is null and created_at < now() - $1 * interval '1 millisecond' and not exists (
        select from duet.outbox earlier where earlier.process = o.process and earlier.saga_id = o.saga_id and earlier.seq < o.seq
          and earlier.sent_at is null and earlier.created_at >= now() - $1 * interval '1 millisecond')
      order by process, saga_id, seq limit $2`,
    values: [graceMs, limit],
  });
  return rows.map(fromOutbox);
}

interface OutboxRecord {
  process: string;
  saga_id: string;
  seq: string;
  topic: string;
  value: string;
  headers: Record<string, string>;
}
const fromOutbox = ({ process, saga_id: saga, seq, topic, value, headers }: OutboxRecord): OutboxRow => ({
  ...{ process, saga, topic, value, headers },
  seq: Number(seq),
});
