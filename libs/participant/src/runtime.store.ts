import type { ReceivedMessage } from '@duet/message';
import type { PoolClient } from 'pg';
import { type SagaRef, sagaKey } from './call';
import { commit } from './database.store';
import type { Answer } from './item';
import { type Met, MetInVain } from './met';
import type { Resend } from './outgoing';
import { headersFromStored, headersToStored, type StoredHeaders } from './stored';
import type { Step, StepState } from './turn';

/**
 * The runtime's own SQL. Statements that do not depend on each other are sent in one flight (the connection is in pipeline mode),
 * each takes arrays, and each is named, so that PostgreSQL plans it once per connection.
 */

export type HeldState = 'waiting' | 'calling' | 'retrying' | 'parked' | 'aside';

/** A message that waits at this service. */
export interface HeldRow {
  readonly id: string;
  readonly ref: SagaRef | undefined;
  /** `hears`, a command's wire name, or '' for what could not be decoded. */
  readonly task: string;
  readonly messageId: string | undefined;
  readonly raw: ReceivedMessage;
  readonly state: HeldState;
  readonly attempts: number;
  readonly code: string | undefined;
  readonly reason: string | undefined;
  /** Milliseconds from now, by the database's clock; in the past when negative. For a call under way: the end of its lease. */
  readonly dueIn: number | undefined;
  readonly lease: string | undefined;
}

/** A saga under this unit's lock. */
export interface LockedSaga {
  readonly ref: SagaRef;
  nextSeq: number;
  readonly steps: Map<string, Step>;
  readonly held: HeldRow[];
  /** The queue that its last message went out through; undefined before its first. */
  readonly sender: string | undefined;
  /** Where something is sent: the earlier messages of this saga that have not been marked as sent, by anyone. */
  unsent: readonly number[];
}

/** A message on its way out: the order of `seq` within a saga is the order of commits. */
export interface OutboxRow extends SagaRef {
  readonly seq: number;
  readonly topic: string;
  readonly value: string;
  readonly headers: Record<string, string>;
}

/** What a person did about a held message. */
export interface OperationRow extends SagaRef {
  readonly did: 'redrive' | 'settle' | 'drop';
  /** What the message asked for. */
  readonly step: string;
  readonly messageId: string;
  readonly actor: string;
  readonly note: string | null;
}

/** What a unit leaves behind. */
export interface Changes {
  readonly resends: readonly Resend[];
  readonly operations: readonly OperationRow[];
  /** The sagas whose row says something else now: their steps, how many messages they hold, their next number. */
  readonly sagas: readonly ChangedSaga[];
  readonly heldNew: readonly HeldRow[];
  readonly heldChanged: readonly HeldRow[];
  readonly heldGone: readonly string[];
  readonly outbox: readonly OutboxRow[];
  /** The sagas that something of the outbox belongs to. */
  readonly senders: ReadonlySet<LockedSaga>;
  /** The queue that the outbox goes out through. */
  readonly sender: string;
}

export interface ChangedSaga {
  readonly saga: LockedSaga;
  /** How many messages wait for it when the unit is committed. */
  readonly held: number;
}

const column = <T, K extends keyof T>(rows: readonly T[], key: K): T[K][] => rows.map((row) => row[key]);

/** Waits for all statements of a flight, then throws the first failure: the others only say that the transaction is aborted. */
async function flight(statements: readonly (Promise<unknown> | undefined)[]): Promise<void> {
  const results = await Promise.allSettled(statements.filter((statement) => statement !== undefined));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export interface HeldRecord {
  id: string;
  process: string | null;
  saga_id: string | null;
  task: string;
  message_id: string | null;
  topic: string;
  message_key: Buffer | null;
  message_value: Buffer | null;
  headers: StoredHeaders;
  state: HeldState;
  attempts: number;
  code: string | null;
  reason: string | null;
  due_in: string | null;
  lease: string | null;
}

/** With the bytes as expressions say: whole, their beginning, or none. */
export const heldColumnsWith = (
  value = 'message_value',
  bytes: (column: string) => string = (column) => column,
): string => `id, process, saga_id, task, message_id, topic, ${bytes('message_key')} as message_key, ${bytes(value)} as message_value,
  ${bytes('headers')} as headers, state, attempts, code, reason, extract(epoch from due_at - clock_timestamp()) * 1000 as due_in, lease`;

export const fromRecord = (row: HeldRecord, raw = rawOf(row)): HeldRow => ({
  id: row.id,
  ref: row.process !== null && row.saga_id !== null ? { process: row.process, saga: row.saga_id } : undefined,
  task: row.task,
  messageId: row.message_id ?? undefined,
  raw,
  state: row.state,
  attempts: row.attempts,
  code: row.code ?? undefined,
  reason: row.reason ?? undefined,
  dueIn: row.due_in === null ? undefined : Number(row.due_in),
  lease: row.lease ?? undefined,
});

const rawOf = ({ topic, message_key: key, message_value: value, headers }: HeldRecord): ReceivedMessage => ({
  ...{ topic, key, value },
  headers: headersFromStored(headers),
});

/**
 * The wanted sagas, one by one in the order given. Lateral, with a fence inside: each is found by the index. A join or an `in` lets the planner
 * read whole tables, as long as it has not noticed that they have grown; it also fixes the order in which rows are locked.
 */
const each = 'unnest($1::text[], $2::text[]) as u (process, saga)';

/**
 * Begins the transaction, locks the sagas in order, finds out which messages are new, and reads what is decided upon: one flight, and
 * another if something is held that was not known of. `visited`: sagas that are likely to hold something.
 * `answered`: the calls of this process that have come to something, by the id of what is held; it need not be told again what they were made for.
 * @throws MetInVain when a saga that `met` knows is not there any more
 */
export async function open(
  client: PoolClient,
  refs: readonly SagaRef[],
  messages: readonly { id: string; ref: SagaRef }[],
  visited: readonly SagaRef[],
  answered: ReadonlyMap<string, Answer>,
  met: Met,
): Promise<{ fresh: Set<string>; sagas: LockedSaga[] }> {
  // Everybody locks in the same order.
  const sorted = [...refs].sort((a, b) => compare(a.process, b.process) || compare(a.saga, b.saga));
  const strangers = sorted.filter((ref) => !met.has(ref));
  const statements: Promise<unknown>[] = [client.query('begin')];
  if (strangers.length > 0) {
    statements.push(
      client.query({
        name: 'duet-saga-insert',
        text: 'insert into duet.saga (process, id) select * from unnest($1::text[], $2::text[]) order by 1, 2 on conflict do nothing',
        values: refsOf(strangers),
      }),
    );
  }
  // The lock is taken here; every statement after it sees what the last holder committed.
  const lock =
    sorted.length === 0
      ? undefined
      : client.query<SagaRecord>({
          name: 'duet-saga-lock',
          text: `select s.* from ${each} cross join lateral
      (select process, id, next_seq, steps, held, sender from duet.saga where process = u.process and id = u.saga limit 1 for update) s`,
          values: refsOf(sorted),
        });
  const inbox =
    messages.length === 0
      ? undefined
      : client.query<{ message_id: string }>({
          name: 'duet-inbox',
          text: `insert into duet.inbox (message_id, process, saga_id)
      select * from unnest($1::text[], $2::text[], $3::text[]) order by 1 on conflict do nothing returning message_id`,
          values: [column(messages, 'id'), ...refsOf(messages.map(({ ref }) => ref))],
        });
  // Most sagas hold nothing, and their row says so; those that are known to are read along.
  // A visit and a decision may be about the same saga, which is read once all the same.
  const known = new Map(visited.map((ref) => [sagaKey(ref), ref]));
  const held = known.size > 0 ? heldOf(client, [...known.values()], answered) : undefined;
  await flight([...statements, lock, inbox, held]);

  const sagas = new Map<string, LockedSaga>();
  const unread: SagaRef[] = [];
  for (const row of (await lock)?.rows ?? []) {
    const ref = { process: row.process, saga: row.id };
    const key = sagaKey(ref);
    sagas.set(key, {
      ref,
      nextSeq: Number(row.next_seq),
      steps: stepsOf(row.steps),
      held: [],
      sender: row.sender ?? undefined,
      unsent: [],
    });
    if (row.held > 0 && !known.has(key)) unread.push(ref);
  }
  if (sagas.size < sorted.length) throw new MetInVain();
  const rest = unread.length > 0 ? await heldOf(client, unread, answered) : [];
  for (const row of [...((await held) ?? []), ...rest]) if (row.ref) sagas.get(sagaKey(row.ref))?.held.push(row);
  return { fresh: new Set((await inbox)?.rows.map((row) => row.message_id)), sagas: [...sagas.values()] };
}

interface SagaRecord {
  process: string;
  id: string;
  next_seq: string;
  steps: StoredSteps;
  held: number;
  sender: string | null;
}

/** By name: the state, and the id of the message that told it. */
type StoredSteps = Readonly<Record<string, readonly [StepState, string | null]>>;

const stepsOf = (stored: StoredSteps): Map<string, Step> =>
  new Map(Object.entries(stored).map(([name, [state, outcomeId]]) => [name, { state, outcomeId: outcomeId ?? undefined }]));

const stepsToStored = (steps: ReadonlyMap<string, Step>): StoredSteps =>
  Object.fromEntries([...steps].map(([name, { state, outcomeId }]) => [name, [state, outcomeId ?? null] as const]));

/** As the first two parameters of `each`. */
const refsOf = (refs: readonly SagaRef[]): [string[], string[]] => [column(refs, 'process'), column(refs, 'saga')];

/** Without the bytes of what was called for by this process, which still has them. */
const unlessCalled = heldColumnsWith('message_value', (column) => `case when lease = any($3::text[]) then null else ${column} end`);

/** What waits for these sagas, in order. */
async function heldOf(client: PoolClient, refs: readonly SagaRef[], answered: ReadonlyMap<string, Answer>): Promise<HeldRow[]> {
  const { rows } = await client.query<HeldRecord>({
    name: 'duet-held',
    text: `select s.* from ${each} cross join lateral
      (select ${unlessCalled}, n from duet.held
        where process = u.process and saga_id = u.saga and saga_id is not null offset 0) s order by n`,
    values: [...refsOf(refs), [...answered.values()].map(({ lease }) => lease)],
  });
  return rows.map((row) => {
    const answer = answered.get(row.id);
    return answer && answer.lease === row.lease ? fromRecord(row, answer.task.raw) : fromRecord(row);
  });
}

const heldInsert = `insert into duet.held (id, process, saga_id, task, message_id, topic, message_key, message_value, headers, state, attempts, code, reason, due_at, lease)
  select h.id, h.process, h.saga_id, h.task, h.message_id, h.topic, h.message_key, h.message_value, h.headers, h.state, h.attempts, h.code, h.reason,
    clock_timestamp() + h.due_in * interval '1 millisecond', h.lease
  from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bytea[], $8::bytea[], $9::json[], $10::text[], $11::int[], $12::text[], $13::text[], $14::float8[], $15::text[])
    with ordinality as h (id, process, saga_id, task, message_id, topic, message_key, message_value, headers, state, attempts, code, reason, due_in, lease, place)
  order by h.place on conflict (id) do nothing`;

function insertHeld(client: PoolClient, rows: readonly HeldRow[]): Promise<unknown> {
  return client.query({
    name: 'duet-held-insert',
    text: heldInsert,
    values: [
      column(rows, 'id'),
      rows.map(({ ref }) => ref?.process ?? null),
      rows.map(({ ref }) => ref?.saga ?? null),
      column(rows, 'task'),
      rows.map(({ messageId }) => messageId ?? null),
      rows.map(({ raw }) => raw.topic),
      rows.map(({ raw }) => raw.key),
      rows.map(({ raw }) => raw.value),
      rows.map(({ raw }) => JSON.stringify(headersToStored(raw.headers))),
      column(rows, 'state'),
      column(rows, 'attempts'),
      rows.map(({ code }) => code ?? null),
      rows.map(({ reason }) => reason ?? null),
      rows.map(({ dueIn }) => dueIn ?? null),
      rows.map(({ lease }) => lease ?? null),
    ],
  });
}

/**
 * Writes what the unit did and commits: one flight. A deferred failure shows in the commit, and then nothing of it happened.
 * Returns the messages of before that are to be sent again.
 */
export async function close(client: PoolClient, changes: Changes): Promise<OutboxRow[]> {
  const statements: (Promise<unknown> | undefined)[] = [];
  const resent = changes.resends.length > 0 ? sentBefore(client, changes.resends) : Promise.resolve([]);
  statements.push(resent);
  if (changes.operations.length > 0) {
    statements.push(
      client.query({
        name: 'duet-operation-insert',
        text: `insert into duet.operation (process, saga_id, did, step, message_id, actor, note)
          select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])`,
        values: (['process', 'saga', 'did', 'step', 'messageId', 'actor', 'note'] as const).map((name) => column(changes.operations, name)),
      }),
    );
  }
  if (changes.sagas.length > 0) statements.push(writeSagas(client, changes));
  if (changes.heldGone.length > 0) {
    statements.push(
      client.query({ name: 'duet-held-gone', text: 'delete from duet.held where id = any($1::text[])', values: [changes.heldGone] }),
    );
  }
  if (changes.heldNew.length > 0) statements.push(insertHeld(client, changes.heldNew));
  if (changes.heldChanged.length > 0) {
    statements.push(
      client.query({
        name: 'duet-held-change',
        text: `update duet.held set state = h.state, attempts = h.attempts, code = h.code, reason = h.reason,
            due_at = clock_timestamp() + h.due_in * interval '1 millisecond', lease = h.lease
          from unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::text[], $6::float8[], $7::text[]) as h (id, state, attempts, code, reason, due_in, lease)
          where held.id = h.id`,
        values: [
          column(changes.heldChanged, 'id'),
          column(changes.heldChanged, 'state'),
          column(changes.heldChanged, 'attempts'),
          changes.heldChanged.map(({ code }) => code ?? null),
          changes.heldChanged.map(({ reason }) => reason ?? null),
          changes.heldChanged.map(({ dueIn }) => dueIn ?? null),
          changes.heldChanged.map(({ lease }) => lease ?? null),
        ],
      }),
    );
  }
  // What went out through this queue is known to it.
  const foreign = [...changes.senders].filter(({ sender }) => sender !== undefined && sender !== changes.sender);
  const unsent = foreign.length > 0 ? unsentOf(client, foreign) : undefined;
  statements.push(unsent);
  if (changes.outbox.length > 0) {
    statements.push(
      client.query({
        name: 'duet-outbox-insert',
        text: `insert into duet.outbox (process, saga_id, seq, topic, value, headers)
          select * from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::json[])`,
        values: [
          ...refsOf(changes.outbox),
          column(changes.outbox, 'seq'),
          column(changes.outbox, 'topic'),
          column(changes.outbox, 'value'),
          changes.outbox.map(({ headers }) => JSON.stringify(headers)),
        ],
      }),
    );
  }
  await flight([...statements, commit(client)]);
  const waiting = await unsent;
  for (const saga of foreign) saga.unsent = waiting?.get(sagaKey(saga.ref)) ?? [];
  return resent;
}

function writeSagas(client: PoolClient, { sagas, senders, sender }: Changes): Promise<unknown> {
  return client.query({
    name: 'duet-saga-write',
    // They are there: an upsert finds them by the index, whatever the planner thinks of the size of the table.
    text: `insert into duet.saga (process, id, next_seq, steps, held, sender)
      select * from unnest($1::text[], $2::text[], $3::bigint[], $4::json[], $5::int[], $6::text[])
      on conflict (process, id) do update set next_seq = excluded.next_seq, steps = excluded.steps, held = excluded.held, sender = excluded.sender, touched_on = current_date`,
    values: [
      ...refsOf(sagas.map(({ saga }) => saga.ref)),
      sagas.map(({ saga }) => saga.nextSeq),
      sagas.map(({ saga }) => JSON.stringify(stepsToStored(saga.steps))),
      column(sagas, 'held'),
      sagas.map(({ saga }) => (senders.has(saga) ? sender : (saga.sender ?? null))),
    ],
  });
}

/** What these sagas have not sent yet of what was committed before, by saga. */
async function unsentOf(client: PoolClient, sagas: readonly LockedSaga[]): Promise<Map<string, number[]>> {
  const { rows } = await client.query<{ process: string; saga_id: string; seqs: string[] }>({
    name: 'duet-unsent',
    text: `select process, saga_id, array_agg(seq) as seqs from ${each} cross join lateral
      (select process as p, saga_id, seq from duet.outbox where process = u.process and saga_id = u.saga and sent_at is null offset 0) s group by 1, 2`,
    values: refsOf(sagas.map(({ ref }) => ref)),
  });
  return new Map(rows.map((row) => [sagaKey({ process: row.process, saga: row.saga_id }), row.seqs.map(Number)]));
}

/** Messages that went out before, by their ids: as long as they are kept. */
async function sentBefore(client: PoolClient, resends: readonly Resend[]): Promise<OutboxRow[]> {
  const { rows } = await client.query<OutboxRecord>({
    name: 'duet-outbox-again',
    text: `select s.* from unnest($1::text[], $2::text[], $3::text[]) as u (process, saga, id) cross join lateral
      (select process, saga_id, seq, topic, value, headers from duet.outbox
        where process = u.process and saga_id = u.saga and headers ->> 'ce_id' = u.id and sent_at is not null offset 0) s`,
    values: [column(resends, 'process'), column(resends, 'saga'), column(resends, 'id')],
  });
  return rows.map(fromOutbox);
}

/** Keeps what cannot be decoded, with its bytes and the reason; twice is once, and what a person has dropped stays dropped. */
export async function setAside(client: PoolClient, rows: readonly HeldRow[]): Promise<void> {
  const { rows: operations } = await client.query<{ id: string }>({
    name: 'duet-dropped',
    text: "select message_id as id from duet.operation where message_id = any($1::text[]) and did = 'drop'",
    values: [column(rows, 'id')],
  });
  const dropped = new Set(column(operations, 'id'));
  const kept = rows.filter(({ id }) => !dropped.has(id));
  if (kept.length > 0) await insertHeld(client, kept);
}

/** Sagas whose held messages are due. Only candidates: what is really due is decided under the saga's lock. */
export async function dueSagas(client: PoolClient, limit: number): Promise<SagaRef[]> {
  const { rows } = await client.query<{ process: string; saga_id: string }>({
    name: 'duet-held-due',
    text: 'select process, saga_id from duet.held where due_at <= clock_timestamp() and saga_id is not null order by due_at limit $1',
    values: [limit],
  });
  const unique = new Map(rows.map((row) => [JSON.stringify(row), { process: row.process, saga: row.saga_id }]));
  return [...unique.values()];
}

/** Prolongs the leases that are still ours. Returns the ids of those. */
export async function renewLeases(
  client: PoolClient,
  leases: readonly { id: string; lease: string }[],
  forMs: number,
): Promise<Set<string>> {
  const { rows } = await client.query<{ id: string }>({
    name: 'duet-lease-renew',
    // What a unit of work has in hand just now is not waited for: rows locked in another order would be a deadlock. It is prolonged the next time, if it is still there.
    text: `with ours as (select held.id from duet.held join unnest($1::text[], $2::text[]) as l (id, lease) on held.id = l.id
          where held.lease = l.lease and held.state = 'calling'),
        free as (select id from duet.held where id in (select id from ours) for update skip locked),
        prolonged as (update duet.held set due_at = clock_timestamp() + $3 * interval '1 millisecond' from free where held.id = free.id)
      select id from ours`,
    values: [column(leases, 'id'), column(leases, 'lease'), forMs],
  });
  return new Set(column(rows, 'id'));
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
    text: `select process, saga_id, seq, topic, value, headers from duet.outbox
      where sent_at is null and created_at < clock_timestamp() - $1 * interval '1 millisecond' order by process, saga_id, seq limit $2`,
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

/** How much waits, by state, and how much is unsent: for metrics. */
export async function counts(client: PoolClient): Promise<{ held: Record<string, number>; unsent: number }> {
  const [held, unsent] = await Promise.all([
    client.query<{ state: string; count: string }>('select state, count(*) as count from duet.held group by state'),
    client.query<{ count: string }>('select count(*) as count from duet.outbox where sent_at is null'),
  ]);
  return { held: Object.fromEntries(held.rows.map((row) => [row.state, Number(row.count)])), unsent: Number(unsent.rows[0]?.count ?? 0) };
}
