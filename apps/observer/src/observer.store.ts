import { createHash } from 'node:crypto';
import { type Batch, type Hearer, type Overheard, UnitOfWork } from '@duet/participant';
import type { Manifest } from '@duet/saga';
import { Injectable } from '@nestjs/common';
import { type Kysely, sql } from 'kysely';
import { grouped } from './grouped';
import { Landscape } from './landscape';
import { type SeenRow, seenColumns, seenOf, type SagaRecord, type Tables } from './observer.tables';
import type { SagaState } from './saga.views';
import { effectsOf, kindOf, parkingIn, reasonIn, serviceOf, type Summary, summaryOf, type Tallied, tallyChange } from './summary';

/** One saga by its process and id. */
interface Ref {
  readonly process: string;
  readonly saga: string;
}
const refKey = ({ process, saga }: Ref): string => `${process}\n${saga}`;

/** The largest facts of a saga: they only grow, so it is the latest. Of two as large, the one with the greater id, whichever came first. */
interface Facts {
  readonly facts: object;
  readonly count: number;
  readonly from: string;
}

/**
 * What the observer remembers. Its truth is the set of messages and manifests; everything else in its tables follows from these, and is brought up to date in the transaction in which they are
 * stored. One batch is stored at a time, also of several replicas, so positions become visible in their order.
 */
@Injectable()
export class ObserverStore implements Hearer {
  private cached: { revision: string; landscape: Landscape; name: string } | undefined;
  /** Sagas may have been seen with other manifests than there are now: at the start nobody knows. */
  unsettled = true;
  private readonly storing;
  private readonly renewing;

  constructor(private readonly unit: UnitOfWork<Tables>) {
    this.storing = unit.joined(async (db, batches: readonly Batch[]) => {
      for (const batch of batches) await this.store(db, batch);
      return batches.map(() => undefined);
    });
    this.renewing = unit.joined(async (db, limits: readonly number[]) => Promise.all(limits.map((limit) => this.renewIn(db, limit))));
  }

  async memory(): Promise<string> {
    return (await this.unit.db.selectFrom('memory').select('name').executeTakeFirstOrThrow()).name;
  }

  async hear(batch: Batch): Promise<void> {
    await this.storing(batch);
    if (batch.manifests.length > 0) this.unsettled = true;
  }

  /** What all services declare now. */
  async landscape(): Promise<Landscape> {
    const { revision } = await this.unit.db.selectFrom('memory').select('revision').executeTakeFirstOrThrow();
    return (await this.landscapeOf(this.unit.db, revision)).landscape;
  }

  /** Looks again at sagas that were seen with other manifests, at most so many of older and newer ones each. */
  async renew(limit: number): Promise<void> {
    this.unsettled = false;
    try {
      if ((await this.renewing(limit)) > 0) this.unsettled = true;
    } catch (error) {
      this.unsettled = true;
      throw error;
    }
  }

  private async store(db: Kysely<Tables>, { messages, manifests, unreadable }: Batch): Promise<void> {
    await lock(db);
    if (manifests.length > 0) await storeManifests(db, manifests);
    if (unreadable.length > 0) await storeUnreadable(db, unreadable);
    const { revision } = await db.selectFrom('memory').select('revision').executeTakeFirstOrThrow();
    const { landscape, name } = await this.landscapeOf(db, revision);
    const fresh = await insertMessages(db, messages);
    if (fresh.length === 0) return;
    await countServices(db, fresh);
    await look(db, fresh, landscape, name);
  }

  private async renewIn(db: Kysely<Tables>, limit: number): Promise<number> {
    await lock(db);
    const { revision } = await db.selectFrom('memory').select('revision').executeTakeFirstOrThrow();
    const { landscape, name } = await this.landscapeOf(db, revision);
    const { rows } = await sql<Ref>`(select process, id as saga from saga where landscape < ${name} limit ${limit})
      union all (select process, id from saga where landscape > ${name} limit ${limit})`.execute(db);
    if (rows.length > 0) await summarize(db, rows, landscape, name, new Map(), new Set());
    return rows.length;
  }

  private async landscapeOf(db: Kysely<Tables>, revision: string): Promise<{ landscape: Landscape; name: string }> {
    if (this.cached?.revision !== revision) {
      const rows = await db.selectFrom('manifest').select('body').orderBy('service').execute();
      const manifests = rows.map(({ body }) => body);
      this.cached = { revision, landscape: new Landscape(manifests), name: nameOf(manifests) };
    }
    return this.cached;
  }
}

/** Two landscapes with the same name tell the same about every saga: builds and schemas are not asked for that. */
const nameOf = (manifests: readonly Manifest[]): string =>
  createHash('sha256')
    .update(JSON.stringify(manifests.map(({ build: _build, messages: _messages, ...said }) => said)))
    .digest('hex')
    .slice(0, 12);

const lock = (db: Kysely<Tables>): Promise<unknown> => sql`select from memory for update`.execute(db);

async function storeManifests(db: Kysely<Tables>, heard: Batch['manifests']): Promise<void> {
  for (const { manifest, at } of heard) {
    await sql`insert into manifest (service, body, at) values (${manifest.service}, ${JSON.stringify(manifest)}::jsonb, ${new Date(at)})
      on conflict (service) do update set body = excluded.body, at = excluded.at where manifest.at <= excluded.at`.execute(db);
  }
  await sql`update memory set revision = revision + 1`.execute(db);
}

async function storeUnreadable(db: Kysely<Tables>, unreadable: Batch['unreadable']): Promise<void> {
  const rows = unreadable.map(({ place, at, code, text }) => ({ place, at: new Date(at), code, text: text.slice(0, 2_000) }));
  await sql`insert into unreadable (place, at, code, text)
    select place, at, code, text from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as u (place text, at timestamptz, code text, text text)
    on conflict do nothing`.execute(db);
}

/** Returns those that were not known. */
async function insertMessages(db: Kysely<Tables>, overheard: readonly Overheard[]): Promise<Overheard[]> {
  if (overheard.length === 0) return [];
  const rows = overheard.map((one) => {
    const { message } = one;
    return {
      ...{
        id: message.id,
        process: message.process,
        saga: message.saga,
        type: message.type,
        kind: kindOf(one),
        service: serviceOf(message.source),
      },
      ...{
        at: new Date(message.time),
        style: message.style,
        hop: message.hop,
        seq: message.seq,
        cause: message.causation,
        version: message.processVersion,
      },
      ...{
        ask: message.ask,
        void: message.void,
        reason: reasonIn(message.body),
        parking: parkingIn(message),
        traceparent: message.traceparent,
      },
      body: message.body,
    };
  });
  const { rows: stored } = await sql<{ id: string }>`insert into message
      (id, process, saga, type, kind, service, at, style, hop, seq, cause, version, ask, void, reason, parking, traceparent, body)
    select id, process, saga, type, kind, service, at, style, hop, seq, cause, version, ask, void, reason, parking, traceparent, body
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as m (id text, process text, saga text, type text, kind text, service text, at timestamptz,
      style text, hop bigint, seq bigint, cause text, version bigint, ask text, void boolean, reason jsonb, parking jsonb, traceparent text, body jsonb)
    on conflict (id) do nothing returning id`.execute(db);
  const fresh = new Set(stored.map(({ id }) => id));
  return overheard.filter(({ message }) => fresh.delete(message.id));
}

async function countServices(db: Kysely<Tables>, fresh: readonly Overheard[]): Promise<void> {
  const rows = [...grouped(fresh, ({ message }) => serviceOf(message.source))].map(([service, said]) => {
    const times = said.map(({ message }) => Date.parse(message.time));
    return { service, messages: said.length, first_at: new Date(Math.min(...times)), last_at: new Date(Math.max(...times)) };
  });
  await sql`insert into service as s (service, messages, first_at, last_at)
    select service, messages, first_at, last_at
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as n (service text, messages bigint, first_at timestamptz, last_at timestamptz)
    on conflict (service) do update set messages = s.messages + excluded.messages,
      first_at = least(s.first_at, excluded.first_at), last_at = greatest(s.last_at, excluded.last_at)`.execute(db);
}

/** Brings everything up to date that follows from these messages. */
async function look(db: Kysely<Tables>, fresh: readonly Overheard[], landscape: Landscape, name: string): Promise<void> {
  const facts = new Map<string, Facts>();
  for (const { message } of fresh) {
    // What the runtime tells of itself carries no facts of the saga.
    if (parkingIn(message)) continue;
    const key = refKey(message);
    const own: Facts = { facts: message.facts, count: Object.keys(message.facts).length, from: message.id };
    const best = facts.get(key);
    if (!best || own.count > best.count || (own.count === best.count && own.from > best.from)) facts.set(key, own);
  }
  const refs = [...new Map(fresh.map(({ message }) => [refKey(message), { process: message.process, saga: message.saga }])).values()];
  await summarize(db, refs, landscape, name, facts, new Set(fresh.map(({ message }) => message.id)));
}

async function summarize(
  db: Kysely<Tables>,
  refs: readonly Ref[],
  landscape: Landscape,
  name: string,
  facts: ReadonlyMap<string, Facts>,
  fresh: ReadonlySet<string>,
): Promise<void> {
  const [processes, ids] = [refs.map(({ process }) => process), refs.map(({ saga }) => saga)];
  const { rows } = await sql<SeenRow>`select ${sql.join(seenColumns.map((column) => sql.ref(`m.${column}`)))}
    from unnest(${processes}::text[], ${ids}::text[]) as r (process, saga) join message m using (process, saga)`.execute(db);
  const before = await tallied(db, processes, ids);
  const sagas = [...grouped(rows, refKey)].map(([key, [first, ...others]]) => ({
    key,
    summary: summaryOf(first.process, first.saga, [first, ...others].map(seenOf), landscape),
  }));
  await upsertSagas(
    db,
    sagas.map(({ key, summary }) => recordOf(summary, name, facts.get(key))),
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
    sagas.map(({ key, summary }) => ({ before: before.get(key), now: talliedOf(summary) })),
  );
}

const talliedOf = ({ process, view: { style, startedAt, endedAt, state, reason } }: Summary): Tallied => ({
  ...{ process, style, startedAt, endedAt, state, reason: reason?.code },
});

async function tallied(db: Kysely<Tables>, processes: readonly string[], ids: readonly string[]): Promise<Map<string, Tallied>> {
  const { rows } = await sql<Pick<SagaRecord, 'process' | 'id' | 'style' | 'started_at' | 'ended_at' | 'state' | 'reason_code'>>`
    select s.process, s.id, s.style, s.started_at, s.ended_at, s.state, s.reason_code
    from unnest(${processes}::text[], ${ids}::text[]) as r (process, id) join saga s using (process, id)`.execute(db);
  return new Map(
    rows.map(({ process, id, style, started_at, ended_at, state, reason_code }) => [
      refKey({ process, saga: id }),
      {
        ...{ process, style, startedAt: started_at.getTime(), endedAt: ended_at?.getTime(), state: state as SagaState },
        reason: reason_code ?? undefined,
      },
    ]),
  );
}

const at = (ms: number | undefined): Date | undefined => (ms === undefined ? undefined : new Date(ms));

function recordOf({ process, id, view, words, withinMs }: Summary, landscape: string, facts: Facts | undefined): object {
  const [waiting] = view.waiting;
  return {
    ...{ process, id, style: view.style, version: view.version, state: view.state, concerns: view.concerns, words, reason: view.reason },
    ...{ reason_code: view.reason?.code, started_at: at(view.startedAt), last_at: at(view.lastAt), ended_at: at(view.endedAt) },
    ...{ messages: view.messages.length, hops: view.hops, waiting_service: waiting?.service, waiting_command: waiting?.command },
    ...{ waiting_since: at(waiting?.since), waiting_within: withinMs, landscape },
    ...{ facts: facts?.facts ?? {}, facts_count: facts?.count ?? -1, facts_from: facts?.from ?? '' },
  };
}

async function upsertSagas(db: Kysely<Tables>, records: readonly object[]): Promise<void> {
  await sql`insert into saga as s (process, id, style, version, state, concerns, words, reason, reason_code, started_at, last_at, ended_at, messages, hops,
      waiting_service, waiting_command, waiting_since, waiting_within, landscape, facts, facts_count, facts_from)
    select process, id, style, version, state, concerns, words, reason, reason_code, started_at, last_at, ended_at, messages, hops,
      waiting_service, waiting_command, waiting_since, waiting_within, landscape, facts, facts_count, facts_from
    from jsonb_to_recordset(${JSON.stringify(records)}::jsonb) as n (process text, id text, style text, version bigint, state text, concerns text[], words text,
      reason jsonb, reason_code text, started_at timestamptz, last_at timestamptz, ended_at timestamptz, messages integer, hops bigint, waiting_service text,
      waiting_command text, waiting_since timestamptz, waiting_within bigint, landscape text, facts jsonb, facts_count integer, facts_from text)
    on conflict (process, id) do update set style = excluded.style, version = excluded.version, state = excluded.state, concerns = excluded.concerns,
      words = excluded.words, reason = excluded.reason, reason_code = excluded.reason_code, started_at = excluded.started_at, last_at = excluded.last_at,
      ended_at = excluded.ended_at, messages = excluded.messages, hops = excluded.hops, waiting_service = excluded.waiting_service,
      waiting_command = excluded.waiting_command, waiting_since = excluded.waiting_since, waiting_within = excluded.waiting_within,
      landscape = excluded.landscape, (facts, facts_count, facts_from) = (
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
    const row = {
      ...{ process, style, cause_type: cause?.type ?? '', cause_service: cause?.service ?? '', cause_kind: cause?.kind ?? '' },
      ...{ type: effect.type, service: effect.service, kind: effect.kind, class: index, sum_ms: ms },
    };
    return [
      { ...row, hour: hourOf(effect.at) },
      { ...row, hour: '-infinity' },
    ];
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
