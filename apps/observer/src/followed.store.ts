import type { Overheard } from '@duet/participant';
import { type Kysely, sql } from 'kysely';
import { readAtOnce } from './bounds';
import { grouped } from './grouped';
import type { Landscape } from './landscape';
import { type SagaRecord, type SeenRow, seenColumns, seenOf, type Tables } from './observer.tables';
import type { SagaState } from './saga.views';
import { effectsOf, parkingIn, type Summary, summaryOf, type Tallied, tallyChange } from './summary';

/** Everything that follows from what was heard: how each saga stands, and what is counted. */

/** One saga by its process and id. */
export interface Ref {
  readonly process: string;
  readonly saga: string;
}
export const refKey = ({ process, saga }: Ref): string => `${process}\n${saga}`;

/** What is known of a saga. */
export interface Known extends Tallied {
  /** How many of its messages are kept, and how many were heard beyond that. */
  readonly messages: number;
  readonly beyond: number;
}

/** The largest facts of a saga: they only grow, so it is the latest. Of two as large, the one with the greater id, whichever came first. */
interface Facts {
  readonly facts: object;
  readonly count: number;
  readonly from: string;
}

export async function knownOf(db: Kysely<Tables>, refs: readonly Ref[]): Promise<Map<string, Known>> {
  const [processes, ids] = [refs.map(({ process }) => process), refs.map(({ saga }) => saga)];
  type Row = Pick<SagaRecord, 'process' | 'id' | 'style' | 'started_at' | 'ended_at' | 'state' | 'reason_code' | 'messages' | 'beyond'>;
  const { rows } = await sql<Row>`select s.process, s.id, s.style, s.started_at, s.ended_at, s.state, s.reason_code, s.messages, s.beyond
    from unnest(${processes}::text[], ${ids}::text[]) as r (process, id) join saga s using (process, id)`.execute(db);
  return new Map(
    rows.map(({ process, id, style, started_at, ended_at, state, reason_code, messages, beyond }) => [
      refKey({ process, saga: id }),
      {
        ...{ process, style, startedAt: started_at.getTime(), endedAt: ended_at?.getTime(), state: state as SagaState },
        ...{ reason: reason_code ?? undefined, messages, beyond: Number(beyond) },
      },
    ]),
  );
}

/** Brings everything up to date that follows from these messages. */
export async function follow(
  db: Kysely<Tables>,
  fresh: readonly Overheard[],
  known: ReadonlyMap<string, Known>,
  landscape: Landscape,
): Promise<void> {
  const facts = new Map<string, Facts>();
  for (const { message } of fresh) {
    // What the runtime tells of itself carries no facts of the saga.
    if (parkingIn(message)) continue;
    const key = refKey(message);
    const own: Facts = { facts: message.facts, count: Object.keys(message.facts).length, from: message.id };
    const best = facts.get(key);
    if (!best || own.count > best.count || (own.count === best.count && own.from > best.from)) facts.set(key, own);
  }
  const told = grouped(fresh, ({ message }) => refKey(message));
  const ids = new Set(fresh.map(({ message }) => message.id));
  const sagas = [...told].map(([key, [{ message }, ...others]]) => ({
    ref: { process: message.process, saga: message.saga },
    size: (known.get(key)?.messages ?? 0) + 1 + others.length,
  }));
  for (const some of portions(sagas)) await summarize(db, some, known, landscape, facts, ids);
}

/** Looks at sagas again, though nothing was heard of them. */
export async function followAgain(db: Kysely<Tables>, refs: readonly Ref[], landscape: Landscape): Promise<void> {
  const known = await knownOf(db, refs);
  const sagas = refs.map((ref) => ({ ref, size: known.get(refKey(ref))?.messages ?? 0 }));
  for (const some of portions(sagas)) await summarize(db, some, known, landscape, new Map(), new Set());
}

/** Sagas whose messages are read together: one at least, and no more messages than are to be in memory at once. */
function portions(sagas: readonly { readonly ref: Ref; readonly size: number }[]): Ref[][] {
  const all: Ref[][] = [];
  let size = Infinity;
  for (const one of sagas) {
    size += one.size;
    if (size > readAtOnce) {
      all.push([]);
      size = one.size;
    }
    all.at(-1)?.push(one.ref);
  }
  return all;
}

async function summarize(
  db: Kysely<Tables>,
  refs: readonly Ref[],
  known: ReadonlyMap<string, Known>,
  landscape: Landscape,
  facts: ReadonlyMap<string, Facts>,
  fresh: ReadonlySet<string>,
): Promise<void> {
  const [processes, ids] = [refs.map(({ process }) => process), refs.map(({ saga }) => saga)];
  const { rows } = await sql<SeenRow>`select ${sql.join(seenColumns.map((column) => sql.ref(`m.${column}`)))}
    from unnest(${processes}::text[], ${ids}::text[]) as r (process, saga) join message m using (process, saga)`.execute(db);
  const sagas = [...grouped(rows, refKey)].map(([key, [first, ...others]]) => ({
    key,
    summary: summaryOf(first.process, first.saga, [first, ...others].map(seenOf), landscape),
  }));
  await upsertSagas(
    db,
    sagas.map(({ key, summary }) => recordOf(summary, landscape, facts.get(key), (known.get(key)?.beyond ?? 0) > 0)),
  );
  await storeParked(
    db,
    sagas.map(({ summary }) => summary),
  );
  await countEffects(
    db,
    sagas.flatMap(({ summary: { process, view } }) => effectsOf(process, view.messages, fresh)),
  );
  await countTally(
    db,
    sagas.map(({ key, summary }) => ({ before: known.get(key), now: talliedOf(summary) })),
  );
}

const talliedOf = ({ process, view: { style, startedAt, endedAt, state, reason } }: Summary): Tallied => ({
  ...{ process, style, startedAt, endedAt, state, reason: reason?.code },
});

const at = (ms: number | undefined): Date | undefined => (ms === undefined ? undefined : new Date(ms));

function recordOf(summary: Summary, landscape: Landscape, facts: Facts | undefined, isFull: boolean): object {
  const { process, id, view, words, withinMs, dueAt } = summary;
  const [waiting] = isFull ? [] : view.waiting;
  return {
    ...{ process, id, style: view.style, version: view.version, state: view.state, concerns: view.concerns, words, reason: view.reason },
    ...{ reason_code: view.reason?.code, started_at: at(view.startedAt), last_at: at(view.lastAt), ended_at: at(view.endedAt) },
    ...{ messages: view.messages.length, hops: view.hops, waiting_service: waiting?.service, waiting_command: waiting?.command },
    ...{ waiting_since: at(waiting?.since), waiting_within: withinMs, waiting_due: at(dueAt) },
    landscape: landscape.nameFor(process, view.style, view.version),
    ...{ facts: facts?.facts ?? {}, facts_count: facts?.count ?? -1, facts_from: facts?.from ?? '' },
  };
}

async function upsertSagas(db: Kysely<Tables>, records: readonly object[]): Promise<void> {
  await sql`insert into saga as s (process, id, style, version, state, concerns, words, reason, reason_code, started_at, last_at, ended_at, messages, hops,
      waiting_service, waiting_command, waiting_since, waiting_within, waiting_due, landscape, facts, facts_count, facts_from)
    select process, id, style, version, state, concerns, words, reason, reason_code, started_at, last_at, ended_at, messages, hops,
      waiting_service, waiting_command, waiting_since, waiting_within, waiting_due, landscape, facts, facts_count, facts_from
    from jsonb_to_recordset(${JSON.stringify(records)}::jsonb) as n (process text, id text, style text, version bigint, state text, concerns text[], words text,
      reason jsonb, reason_code text, started_at timestamptz, last_at timestamptz, ended_at timestamptz, messages integer, hops bigint, waiting_service text,
      waiting_command text, waiting_since timestamptz, waiting_within bigint, waiting_due timestamptz, landscape text, facts jsonb, facts_count integer, facts_from text)
    on conflict (process, id) do update set style = excluded.style, version = excluded.version, state = excluded.state, concerns = excluded.concerns,
      words = excluded.words, reason = excluded.reason, reason_code = excluded.reason_code, started_at = excluded.started_at, last_at = excluded.last_at,
      ended_at = excluded.ended_at, messages = excluded.messages, hops = excluded.hops, waiting_service = excluded.waiting_service,
      waiting_command = excluded.waiting_command, waiting_since = excluded.waiting_since, waiting_within = excluded.waiting_within,
      waiting_due = excluded.waiting_due, landscape = excluded.landscape, (facts, facts_count, facts_from) = (
        select f.facts, f.facts_count, f.facts_from
        from (values (s.facts, s.facts_count, s.facts_from), (excluded.facts, excluded.facts_count, excluded.facts_from)) as f (facts, facts_count, facts_from)
        order by f.facts_count desc, f.facts_from collate "C" desc limit 1)`.execute(db);
}

async function storeParked(db: Kysely<Tables>, sagas: readonly Summary[]): Promise<void> {
  const touched = sagas.filter(({ view }) => view.messages.some(({ parking }) => parking));
  if (touched.length === 0) return;
  const [processes, ids] = [touched.map(({ process }) => process), touched.map(({ id }) => id)];
  await sql`delete from parked where (process, saga) in (select * from unnest(${processes}::text[], ${ids}::text[]))`.execute(db);
  const rows = touched.flatMap(({ process, id, view }) =>
    view.parked.map(({ service, messageId, command, role = 'action', reason, at: since }) => ({
      ...{ service, message_id: messageId, command, process, saga: id, role, at: new Date(since) },
      ...{ code: reason?.code ?? 'unknown', text: reason?.text ?? '' },
    })),
  );
  if (rows.length > 0)
    await db
      .insertInto('parked')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
}

const hourOf = (ms: number): string => new Date(Math.floor(ms / 3_600_000) * 3_600_000).toISOString();

async function countEffects(db: Kysely<Tables>, effects: readonly ReturnType<typeof effectsOf>[number][]): Promise<void> {
  if (effects.length === 0) return;
  const counted = effects.flatMap((one) => {
    const { process, style, cause, effect, class: index, ms } = one;
    const row = (hour: string) => ({
      hour,
      process,
      style,
      cause_type: cause?.type ?? '',
      cause_service: cause?.service ?? '',
      cause_kind: cause?.kind ?? '',
      type: effect.type,
      service: effect.service,
      kind: effect.kind,
      class: index,
      sum_ms: ms,
    });
    return [row(hourOf(effect.at)), row('-infinity')];
  });
  const key = ({ sum_ms: _sum, ...rest }: (typeof counted)[number]): string => JSON.stringify(rest);
  const rows = [...grouped(counted, key).values()].map((same) => ({
    ...same[0],
    count: same.length,
    sum_ms: same.reduce((sum, { sum_ms }) => sum + sum_ms, 0),
  }));
  await sql`insert into caused as c (hour, process, style, cause_type, cause_service, cause_kind, type, service, kind, class, count, sum_ms)
    select hour, process, style, cause_type, cause_service, cause_kind, type, service, kind, class, count, sum_ms
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as n (hour timestamptz, process text, style text, cause_type text, cause_service text,
      cause_kind text, type text, service text, kind text, class integer, count bigint, sum_ms bigint)
    on conflict (hour, process, style, cause_type, cause_service, type, service, class)
      do update set count = c.count + excluded.count, sum_ms = c.sum_ms + excluded.sum_ms`.execute(db);
}

async function countTally(db: Kysely<Tables>, changes: readonly { before: Tallied | undefined; now: Tallied }[]): Promise<void> {
  const ticks = changes.flatMap(({ before, now }) => tallyChange(before, now));
  if (ticks.length === 0) return;
  const rows = [...grouped(ticks, ({ count: _count, ...tick }) => JSON.stringify(tick)).values()]
    .map((same) => ({ ...same[0], minute: new Date(same[0].minute), count: same.reduce((sum, { count }) => sum + count, 0) }))
    .filter(({ count }) => count !== 0);
  await sql`insert into tally as t (minute, process, style, what, reason, count)
    select minute, process, style, what, reason, count
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as n (minute timestamptz, process text, style text, what text, reason text, count bigint)
    on conflict (minute, process, style, what, reason) do update set count = t.count + excluded.count`.execute(db);
}

/** Counts messages of sagas of which no more are kept. What such a saga waits for is not known any more. */
export async function countBeyond(db: Kysely<Tables>, beyond: readonly Overheard[]): Promise<void> {
  if (beyond.length === 0) return;
  const rows = [...grouped(beyond, ({ message }) => refKey(message)).values()].map((said) => {
    const [{ message }] = said;
    return { process: message.process, id: message.saga, count: said.length };
  });
  await sql`update saga s set beyond = s.beyond + n.count, waiting_service = null, waiting_command = null, waiting_since = null, waiting_within = null, waiting_due = null
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as n (process text, id text, count bigint)
    where s.process = n.process and s.id = n.id`.execute(db);
}
