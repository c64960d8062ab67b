import type { PoolClient } from 'pg';
import { lockSagas } from './saga-lock.store';
import { each, refsOf } from './sql';

/** Messages that were sent from `since` to before `until`, as far as they are kept. Times are PostgreSQL's texts. */
export interface Span {
  readonly since: string;
  readonly until: string;
}

/** What one part of sending again came to. */
export interface ResentPart {
  /** Messages that the relay sends again, and of how many sagas. */
  readonly messages: number;
  readonly sagas: number;
  /** Sagas that are sending something just now: they are left for later. */
  readonly busy: number;
  /** From when on the next part looks; undefined after the last. */
  readonly next: string | undefined;
}

/**
 * Marks messages as unsent, so that the relay sends them again: each saga's in its order, with their old ids. Runs in a transaction. A saga is locked meanwhile, and
 * its row says from then on that another queue was the last to send for it: whatever it says next waits behind what is sent again. A saga of which something is on
 * its way just now could be overtaken by it, so it is left for later.
 */
export async function resendPart(client: PoolClient, { since, until }: Span, limit: number): Promise<ResentPart> {
  const found = await client.query<{ process: string; saga: string; next: string }>({
    name: 'duet-resend-find',
    text: `with part as (select process, saga_id, sent_at from duet.outbox where sent_at >= $1 and sent_at < $2 order by sent_at limit $3)
      select distinct process, saga_id as saga, (select max(sent_at)::text from part) as next from part order by 1, 2`,
    values: [since, until, limit],
  });
  const refs = found.rows;
  const next = refs[0]?.next;
  if (next === undefined) return { messages: 0, sagas: 0, busy: 0, next };
  await lockSagas(client, refs);
  const { rows } = await client.query<{ sagas: string; messages: string }>({
    name: 'duet-resend-mark',
    text: `with free as (
        select process, saga from ${each}
        where not exists (select from duet.outbox o where o.process = u.process and o.saga_id = u.saga and o.sent_at is null)),
      marked as (
        update duet.outbox o set sent_at = null from free
        where o.process = free.process and o.saga_id = free.saga and o.sent_at >= $3 and o.sent_at < $4 returning 1),
      named as (update duet.saga s set sender = '' from free where s.process = free.process and s.id = free.saga)
      select (select count(*) from free) as sagas, (select count(*) from marked) as messages`,
    values: [...refsOf(refs), since, until],
  });
  const sagas = Number(rows[0]?.sagas ?? 0);
  return { messages: Number(rows[0]?.messages ?? 0), sagas, busy: refs.length - sagas, next };
}

/** The database's time, as `until` of a span that begins with what was sent before now. */
export async function databaseTime(client: PoolClient): Promise<string> {
  const { rows } = await client.query<{ now: string }>({ name: 'duet-now', text: 'select clock_timestamp()::text as now' });
  return rows[0]?.now ?? '';
}

/** How much waits to be sent, and when the oldest message was sent that is kept. */
export async function outboxState(client: PoolClient): Promise<{ unsent: number; sentSince: Date | null }> {
  const { rows } = await client.query<{ unsent: string; since: Date | null }>({
    name: 'duet-outbox-state',
    text: `select (select count(*) from duet.outbox where sent_at is null) as unsent, (select min(sent_at) from duet.outbox where sent_at is not null) as since`,
  });
  return { unsent: Number(rows[0]?.unsent ?? 0), sentSince: rows[0]?.since ?? null };
}
