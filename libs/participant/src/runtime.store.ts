import type { PoolClient } from 'pg';
import { type SagaRef, sagaKey } from './call';
import { commit } from './database.store';
import { changeHeld, type HeldChanges, heldOf, type HeldRow } from './held.rows.store';
import type { Answer } from './item';
import { insertOutbox, type OutboxRow, sentBefore, unsentOf } from './outbox.store';
import type { Resend } from './outgoing';
import { lockSagas } from './saga-lock.store';
import { column, each, flight, refsOf } from './sql';
import type { Step, StepState } from './turn';

/**
 * The runtime's own SQL. Statements that do not depend on each other are sent in one flight (the connection is in pipeline mode),
 * each takes arrays, and each is named, so that PostgreSQL plans it once per connection.
 */

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
export interface Changes extends HeldChanges {
  readonly resends: readonly Resend[];
  readonly operations: readonly OperationRow[];
  /** The sagas whose row says something else now: their steps, how many messages they hold, their next number. */
  readonly sagas: readonly ChangedSaga[];
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

/**
 * Begins the transaction, locks the sagas, finds out which messages are new, and reads what is decided upon: one flight, and
 * another if something is held that was not known of. `visited`: sagas that are likely to hold something.
 * `answered`: the calls of this process that have come to something, by the id of what is held; it need not be told again what they were made for.
 */
export async function open(
  client: PoolClient,
  refs: readonly SagaRef[],
  messages: readonly { id: string; ref: SagaRef }[],
  visited: readonly SagaRef[],
  answered: ReadonlyMap<string, Answer>,
): Promise<{ fresh: Set<string>; sagas: LockedSaga[] }> {
  const begun = client.query('begin');
  const locked = lockSagas(client, refs);
  const rows =
    refs.length === 0
      ? undefined
      : client.query<SagaRecord>({
          name: 'duet-saga',
          text: `select s.* from ${each} cross join lateral
      (select process, id, next_seq, steps, held, sender from duet.saga where process = u.process and id = u.saga offset 0) s`,
          values: refsOf(refs),
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
  await flight([begun, locked, rows, inbox, held]);

  const sagas = new Map<string, LockedSaga>(
    refs.map((ref) => [sagaKey(ref), { ref, nextSeq: 1, steps: new Map(), held: [], sender: undefined, unsent: [] }]),
  );
  const unread: SagaRef[] = [];
  for (const row of (await rows)?.rows ?? []) {
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
  statements.push(...changeHeld(client, changes));
  // What went out through this queue is known to it.
  const foreign = [...changes.senders].filter(({ sender }) => sender !== undefined && sender !== changes.sender);
  const unsent =
    foreign.length > 0
      ? unsentOf(
          client,
          foreign.map(({ ref }) => ref),
        )
      : undefined;
  statements.push(unsent);
  if (changes.outbox.length > 0) statements.push(insertOutbox(client, changes.outbox));
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

/** How much waits, by state, and how much is unsent: for metrics. */
export async function counts(client: PoolClient): Promise<{ held: Record<string, number>; unsent: number }> {
  const [held, unsent] = await Promise.all([
    client.query<{ state: string; count: string }>('select state, count(*) as count from duet.held group by state'),
    client.query<{ count: string }>('select count(*) as count from duet.outbox where sent_at is null'),
  ]);
  return { held: Object.fromEntries(held.rows.map((row) => [row.state, Number(row.count)])), unsent: Number(unsent.rows[0]?.count ?? 0) };
}
