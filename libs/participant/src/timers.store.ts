import { sql } from 'kysely';
import type { PoolClient } from 'pg';
import type { SagaRef } from './call';
import type { UnitOfWork } from './unit-of-work';
import type { Note, Standings } from './watermark';

/** A timer of a saga. */
export interface TimerKey extends SagaRef {
  readonly name: string;
}
export interface TimerRow extends TimerKey {
  readonly due: Date;
}
export interface TimerChange extends TimerKey {
  /** By the database's clock: at this time, or so many milliseconds from now. */
  readonly when: { readonly at: Date } | { readonly inMs: number };
  readonly withinMs: number;
}

/** In milliseconds. A timer fires anyway when it has been kept waiting for ten times its `within`, and for this long at least. */
export interface Patience {
  readonly atLeastMs: number;
}

const keyOf = ({ process, saga, name }: TimerKey): string => JSON.stringify([process, saga, name]);
/** Each key once, as the last call has it; in one order for everybody. */
function lastOfEach<T extends TimerKey>(calls: readonly T[]): T[] {
  const last = new Map(calls.map((call) => [keyOf(call), call]));
  return [...last].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, call]) => call);
}
const columns = (keys: readonly TimerKey[]) =>
  sql`${keys.map(({ process }) => process)}::text[], ${keys.map(({ saga }) => saga)}::text[], ${keys.map(({ name }) => name)}::text[]`;
const isoOf = (when: TimerChange['when']): string | null => ('at' in when ? when.at.toISOString() : null);
const msOf = (when: TimerChange['when']): number | null => ('at' in when ? null : when.inMs);

/** What the handlers of one wave do with timers: one statement for all of them. */
export class TimerStore {
  constructor(
    private readonly unit: UnitOfWork<unknown>,
    private readonly patience: Patience,
  ) {}

  readonly set = this.unit.joined(async (db, calls: readonly TimerChange[]): Promise<undefined[]> => {
    const timers = lastOfEach(calls);
    await sql`insert into duet.timer (process, saga_id, name, due_at, within_ms, look_at)
      select process, saga, name, due, within_ms, due
      from (
        select process, saga, name, within_ms, date_trunc('milliseconds', coalesce(at, clock_timestamp() + in_ms * interval '1 millisecond')) as due
        from unnest(${columns(timers)}, ${timers.map(({ when }) => isoOf(when))}::timestamptz[],
          ${timers.map(({ when }) => msOf(when))}::float8[], ${timers.map(({ withinMs }) => withinMs)}::float8[])
          as t (process, saga, name, at, in_ms, within_ms)
      ) as timer
      on conflict (process, saga_id, name) do update
        set due_at = excluded.due_at, within_ms = excluded.within_ms, look_at = excluded.look_at, attempts = 0`.execute(db);
    return calls.map(() => undefined);
  });

  readonly clear = this.unit.joined(async (db, calls: readonly TimerKey[]): Promise<undefined[]> => {
    await sql`delete from duet.timer using unnest(${columns(lastOfEach(calls))}) as t (process, saga, name)
      where timer.process = t.process and timer.saga_id = t.saga and timer.name = t.name`.execute(db);
    return calls.map(() => undefined);
  });

  /**
   * Takes timers out, to fire them: true for each that was there with this very time. What was moved, cleared or taken by another replica is not;
   * nor is one whose saga has messages that were read and wait to be handled. A message that waits for a person is not waited for.
   */
  readonly take = this.unit.joined(async (db, timers: readonly (TimerRow & { readonly waitMs: number })[]): Promise<boolean[]> => {
    const wanted = sql`unnest(${columns(timers)}, ${timers.map(({ due }) => due.toISOString())}::timestamptz[],
      ${timers.map(({ waitMs }) => waitMs)}::float8[]) as t (process, saga, name, due_at, wait_ms)`;
    const match = sql`timer.process = t.process and timer.saga_id = t.saga and timer.name = t.name and timer.due_at = t.due_at`;
    const { rows } = await sql<{ process: string; saga: string; name: string }>`delete from duet.timer using ${wanted}
      where ${match} and not exists (
        select from (
          select min(held_at) as since from duet.held where held.process = timer.process and held.saga_id = timer.saga_id and held.state <> 'parked'
        ) as held
        where since is not null
          and greatest(since, timer.due_at) + greatest(10 * timer.within_ms, ${this.patience.atLeastMs}::float8) * interval '1 millisecond' > clock_timestamp()
      )
      returning timer.process, timer.saga_id as saga, timer.name`.execute(db);
    const taken = new Set(rows.map(keyOf));
    if (taken.size < timers.length)
      await sql`update duet.timer set look_at = clock_timestamp() + t.wait_ms * interval '1 millisecond' from ${wanted} where ${match}`.execute(
        db,
      );
    return timers.map((timer) => taken.has(keyOf(timer)));
  });
}

/**
 * Timers that may fire, for this replica alone for a while: they are due, and what had been written by their time has been read, or they have been kept waiting for too long.
 * `unread`: others are due, but not everything written by their time is known to have been read.
 */
export async function claimTimers(
  client: PoolClient,
  names: readonly string[],
  { limit, claimMs, awayMs, atLeastMs }: { limit: number; claimMs: number; awayMs: number } & Patience,
): Promise<{ timers: TimerRow[]; late: number; unread: boolean }> {
  // `now()` and not `clock_timestamp()`: only a time that stays the same during the statement can be looked up in the index.
  const [claimed, unread] = await Promise.all([
    client.query<{ process: string; saga: string; name: string; due: Date; read: boolean }>({
      name: 'duet-timer-claim',
      text: `with due as (
          select t.process, t.saga_id, t.name, t.due_at <= w.reached as read from duet.timer t, duet.watermark w
          where t.look_at <= now() and t.name = any($1::text[]) and (
            t.due_at <= w.reached
            or (w.asked_at > now() - $4 * interval '1 millisecond'
              and greatest(t.due_at, w.stalled_since) + greatest(10 * t.within_ms, $5::float8) * interval '1 millisecond' <= w.asked_at
              and w.stalled_since is not null)
          )
          order by t.look_at limit $2 for update of t skip locked
        )
        update duet.timer t set look_at = now() + $3 * interval '1 millisecond' from due
        where t.process = due.process and t.saga_id = due.saga_id and t.name = due.name
        returning t.process, t.saga_id as saga, t.name, t.due_at as due, due.read`,
      values: [names, limit, claimMs, awayMs, atLeastMs],
    }),
    client.query<{ unread: boolean }>({
      name: 'duet-timer-unread',
      text: `select exists (
          select from duet.timer t, duet.watermark w where t.look_at <= now() and t.name = any($1::text[]) and t.due_at > w.reached
        ) as unread`,
      values: [names],
    }),
  ]);
  return {
    timers: claimed.rows.map(({ process, saga, name, due }) => ({ process, saga, name, due })),
    late: claimed.rows.filter(({ read }) => !read).length,
    unread: unread.rows[0]?.unread === true,
  };
}

/** A timer whose handler failed is looked at again later: after `firstMs`, doubling up to `mostMs`. One that was moved meanwhile is left alone. */
export async function postponeTimer(client: PoolClient, timer: TimerRow, firstMs: number, mostMs: number): Promise<void> {
  await client.query({
    name: 'duet-timer-postpone',
    text: `update duet.timer set attempts = attempts + 1, look_at = now() + least($5 * 2 ^ least(attempts, 30), $6) * interval '1 millisecond'
      where process = $1 and saga_id = $2 and name = $3 and due_at = $4`,
    values: [timer.process, timer.saga, timer.name, timer.due, firstMs, mostMs],
  });
}

/** A replica's turn to see how far the service has read. */
export interface Turn {
  /** The database's time. */
  readonly now: Date;
  /** What the turn is known by. */
  readonly until: Date;
  readonly note: Note | null;
  readonly standings: Standings | null;
  readonly askedAt: Date | null;
}

/** What a turn has found. */
export interface Found {
  readonly reached?: string;
  readonly note: Note | null;
  readonly standings: Standings | null;
  readonly stalledSince: string | null;
}

/** Takes the turn unless another replica has it; a replica that was paused loses it when its time is over. */
export async function takeTurn(client: PoolClient, forMs: number): Promise<Turn | undefined> {
  const { rows } = await client.query<Turn>({
    name: 'duet-watermark-turn',
    text: `update duet.watermark set turn_until = date_trunc('milliseconds', clock_timestamp() + $1 * interval '1 millisecond')
      where turn_until <= clock_timestamp()
      returning date_trunc('milliseconds', clock_timestamp()) as now, turn_until as until, note, standing as standings, asked_at as "askedAt"`,
    values: [forMs],
  });
  return rows[0];
}

/** Ends the turn, with what was found; nothing is written by one whose time was over. */
export async function endTurn(client: PoolClient, { until, now }: Turn, found: Found | undefined): Promise<void> {
  await client.query(
    found
      ? {
          name: 'duet-watermark-found',
          text: `update duet.watermark set turn_until = now(), asked_at = $2, reached = coalesce($3, reached), note = $4, standing = $5, stalled_since = $6
            where turn_until = $1`,
          values: [until, now, found.reached ?? null, json(found.note), json(found.standings), found.stalledSince],
        }
      : { name: 'duet-watermark-nothing', text: 'update duet.watermark set turn_until = now() where turn_until = $1', values: [until] },
  );
}
const json = (value: object | null): string | null => (value ? JSON.stringify(value) : null);

/** How many timers are overdue, by name: for metrics. */
export async function overdueTimers(client: PoolClient): Promise<Map<string, number>> {
  const { rows } = await client.query<{ name: string; count: string }>({
    name: 'duet-timer-overdue',
    text: 'select name, count(*) as count from duet.timer where due_at <= now() group by name',
  });
  return new Map(rows.map(({ name, count }) => [name, Number(count)]));
}
