import type { PoolClient } from 'pg';
import type { Keeping } from './keeping';
import { lockNumber } from './saga-lock.store';

/** What old rows are removed from. */
export const prunable = ['inbox', 'outbox', 'saga', 'aside', 'operation'] as const;
export type Prunable = (typeof prunable)[number];

/**
 * The oldest rows that are older than $1 milliseconds, at most $2, and none that somebody has in hand just now. What has not been sent, what waits, and
 * what is known of a saga that waits for something, is never old.
 */
const statements: Readonly<Record<Prunable, { readonly kept: keyof Keeping; readonly text: string }>> = {
  inbox: {
    kept: 'inboxKeptMs',
    text: `delete from duet.inbox where message_id in (
      select message_id from duet.inbox where received_at < now() - $1 * interval '1 millisecond'
      order by received_at limit $2 for update skip locked)`,
  },
  outbox: {
    kept: 'outboxKeptMs',
    text: `delete from duet.outbox where (process, saga_id, seq) in (
      select process, saga_id, seq from duet.outbox where sent_at < now() - $1 * interval '1 millisecond'
      order by sent_at limit $2 for update skip locked)`,
  },
  // A saga in hand is locked by its number; a row that has been written meanwhile is not old any more.
  saga: {
    kept: 'sagasKeptMs',
    text: `with old as materialized (
        select process, id from duet.saga s where touched_on < (now() - $1 * interval '1 millisecond')::date and held = 0
          and not exists (select from duet.timer t where t.process = s.process and t.saga_id = s.id)
          and not exists (select from duet.outbox o where o.process = s.process and o.saga_id = s.id and o.sent_at is null)
        order by touched_on limit $2),
      free as materialized (select process, id from old where pg_try_advisory_xact_lock(${lockNumber('process', 'id')}))
      delete from duet.saga s using free
        where s.process = free.process and s.id = free.id and s.touched_on < (now() - $1 * interval '1 millisecond')::date and s.held = 0`,
  },
  aside: {
    kept: 'asideKeptMs',
    text: `delete from duet.held where id in (
      select id from duet.held where state = 'aside' and held_at < now() - $1 * interval '1 millisecond'
      order by held_at limit $2 for update skip locked)`,
  },
  operation: {
    kept: 'asideKeptMs',
    text: `delete from duet.operation where n in (
      select n from duet.operation where at < now() - $1 * interval '1 millisecond' order by at limit $2 for update skip locked)`,
  },
};

/** Removes old rows, at most so many. Returns how many. */
export async function prune(client: PoolClient, what: Prunable, keeping: Keeping, limit: number): Promise<number> {
  const { kept, text } = statements[what];
  const { rowCount } = await client.query({ name: `duet-prune-${what}`, text, values: [keeping[kept], limit] });
  return rowCount ?? 0;
}
