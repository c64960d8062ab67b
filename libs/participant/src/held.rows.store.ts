import type { ReceivedMessage } from '@duet/message';
import type { PoolClient } from 'pg';
import type { SagaRef } from './call';
import type { Answer } from './item';
import { column, each, refsOf } from './sql';
import { headersFromStored, headersToStored, type StoredHeaders } from './stored';

/** The rows of what waits at this service. */

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

/** Without the bytes of what was called for by this process, which still has them. */
const unlessCalled = heldColumnsWith('message_value', (column) => `case when lease = any($3::text[]) then null else ${column} end`);

/** What waits for these sagas, in order. */
export async function heldOf(client: PoolClient, refs: readonly SagaRef[], answered: ReadonlyMap<string, Answer>): Promise<HeldRow[]> {
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

/** What a unit changes of what is held. */
export interface HeldChanges {
  readonly heldNew: readonly HeldRow[];
  readonly heldChanged: readonly HeldRow[];
  readonly heldGone: readonly string[];
}

export function changeHeld(client: PoolClient, { heldNew, heldChanged, heldGone }: HeldChanges): Promise<unknown>[] {
  const statements: Promise<unknown>[] = [];
  if (heldGone.length > 0) {
    statements.push(client.query({ name: 'duet-held-gone', text: 'delete from duet.held where id = any($1::text[])', values: [heldGone] }));
  }
  if (heldNew.length > 0) statements.push(insertHeld(client, heldNew));
  if (heldChanged.length > 0) {
    statements.push(
      client.query({
        name: 'duet-held-change',
        text: `update duet.held set state = h.state, attempts = h.attempts, code = h.code, reason = h.reason,
            due_at = clock_timestamp() + h.due_in * interval '1 millisecond', lease = h.lease
          from unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::text[], $6::float8[], $7::text[]) as h (id, state, attempts, code, reason, due_in, lease)
          where held.id = h.id`,
        values: [
          column(heldChanged, 'id'),
          column(heldChanged, 'state'),
          column(heldChanged, 'attempts'),
          heldChanged.map(({ code }) => code ?? null),
          heldChanged.map(({ reason }) => reason ?? null),
          heldChanged.map(({ dueIn }) => dueIn ?? null),
          heldChanged.map(({ lease }) => lease ?? null),
        ],
      }),
    );
  }
  return statements;
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

/** Keeps what cannot be decoded, with its bytes and the reason; twice is once, and what a person has dropped stays dropped. */
export async function setAside(client: PoolClient, rows: readonly HeldRow[]): Promise<void> {
  const { rows: operations } = await client.query<{ id: string }>({
    name: 'duet-dropped',
    text: "select message_id as id from duet.operation where message_id = any($1::text[]) and did = 'drop'",
    values: [column(rows, 'id')],
  });
  const dropped = new Set(column(operations, 'id'));
  let part: HeldRow[] = [];
  let bytes = 0;
  for (const row of rows.filter(({ id }) => !dropped.has(id))) {
    const size = row.raw.value?.length ?? 0;
    if (part.length > 0 && bytes + size > statementBytes) {
      await insertHeld(client, part);
      [part, bytes] = [[], 0];
    }
    part.push(row);
    bytes += size;
  }
  if (part.length > 0) await insertHeld(client, part);
}

/** Bytes travel in hexadecimal, and the text of a whole statement is made at once: a poll of 200 messages of 2 MiB would not fit into a string. */
const statementBytes = 8 * 1_048_576;

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
