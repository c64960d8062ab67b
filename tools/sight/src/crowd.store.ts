import { query } from '@duet/testbed';

/** Sagas that are copied together. */
const together = 5_000;
/** Copies lie so far in the past: over a week, some a second. */
const spreadSeconds = 7 * 86_400;
const customers = 5_000;

const messageColumns = 'process, type, kind, service, style, hop, seq, version, ask, void, reason, parking, traceparent, body';
const sagaColumns =
  'process, style, version, state, concerns, words, reason, reason_code, messages, hops, waiting_service, waiting_command, waiting_within, landscape, facts_count';

/** The id of a copy: as long and as even as a real one. */
const idOf = (id: string): string => `md5(${id} || '/' || g)::uuid::text`;

/**
 * Fills the observer's database with copies of the sagas that it has heard of and that have ended, each with ids, a customer and a time of its own: what it would have come to know in a week.
 * @param told is told how many there are by now
 */
export async function crowd(url: string, sagas: number, told: (count: number) => void): Promise<void> {
  const [{ n } = { n: '0' }] = await query<{ n: string }>(url, 'select count(*) as n from saga where ended_at is not null');
  const templates = Number(n);
  for (let done = 0; done < sagas; done += together) {
    const count = Math.min(together, sagas - done);
    // Which copy of which saga: the templates take turns.
    const copies = `(select s.process as p, s.id as of_saga, ${done} + t.k as g, make_interval(secs => (${done} + t.k) * ${spreadSeconds / sagas}) as ago
      from generate_series(1, ${count}) as t (k)
      join (select process, id, row_number() over (order by started_at, id) - 1 as r from saga where ended_at is not null and facts_from <> 'crowd' limit ${templates}) s
        on s.r = t.k % ${templates})`;
    await query(
      url,
      `with copies as materialized ${copies}, said as (
        insert into message (id, saga, at, cause, ${messageColumns})
        select ${idOf('m.id')}, ${idOf('m.saga')}, m.at - c.ago, ${idOf('m.cause')}, ${qualified('m', messageColumns)}
        from copies c join message m on m.process = c.p and m.saga = c.of_saga)
      insert into saga (id, started_at, last_at, ended_at, facts_from, facts, ${sagaColumns})
      select ${idOf('s.id')}, s.started_at - c.ago, s.last_at - c.ago, s.ended_at - c.ago, 'crowd',
        s.facts || jsonb_build_object('customerId', 'c-' || (c.g % ${customers})), ${qualified('s', sagaColumns)}
      from copies c join saga s on s.process = c.p and s.id = c.of_saga`,
    );
    told(done + count);
  }
  await query(
    url,
    `insert into tally as t (minute, process, style, what, reason, count)
      select date_trunc('minute', started_at), process, style, 'started', '', count(*) from saga where facts_from = 'crowd' group by 1, 2, 3
      union all
      select date_trunc('minute', ended_at), process, style, state, coalesce(reason_code, ''), count(*) from saga where facts_from = 'crowd' group by 1, 2, 3, 4, 5
    on conflict (minute, process, style, what, reason) do update set count = t.count + excluded.count`,
  );
  await query(
    url,
    `insert into caused (hour, process, style, cause_type, cause_service, cause_kind, type, service, kind, class, count, sum_ms)
      select date_trunc('hour', now()) - make_interval(hours => h), process, style, cause_type, cause_service, cause_kind, type, service, kind, class, count, sum_ms
      from caused, generate_series(1, 168) as h where hour = '-infinity' on conflict do nothing`,
  );
  for (const table of ['message', 'saga', 'tally', 'caused']) await query(url, `vacuum analyze ${table}`);
}

/** Gives one saga very many messages: what was said in it is said again and again, as when somebody asks for ever. Returns its id. */
export async function long(url: string, messages: number): Promise<string> {
  const [{ id, n } = { id: '', n: 0 }] = await query<{ id: string; n: number }>(
    url,
    `select id, messages as n from saga where facts_from = 'crowd' order by messages desc, started_at desc limit 1`,
  );
  const times = Math.ceil((messages - n) / n);
  await query(
    url,
    `insert into message (id, saga, at, cause, ${messageColumns})
      select ${idOf('m.id')}, m.saga, m.at + make_interval(secs => g), m.cause, ${qualified('m', messageColumns)}
      from message m, generate_series(1, $2::integer) as g where m.saga = $1 order by g limit $3`,
    [id, times, messages - n],
  );
  await query(url, 'update saga set messages = $2 where id = $1', [id, messages]);
  return id;
}

/** A saga of somewhere in the past, whole. */
export async function ordinary(url: string): Promise<{ id: string; customer: string }> {
  const [found] = await query<{ id: string; customer: string }>(
    url,
    `select id, customer from saga where facts_from = 'crowd' order by started_at desc offset 1000 limit 1`,
  );
  return found ?? { id: 'none', customer: 'none' };
}

const qualified = (table: string, columns: string): string =>
  columns
    .split(', ')
    .map((column) => `${table}.${column}`)
    .join(', ');
