import type { Reason } from '@duet/message';
import type { PoolClient } from 'pg';
import type { SagaRef } from './call';
import type { HeldState } from './held.rows.store';
import type { OperationRow } from './runtime.store';
import type { StepState } from './turn';

/** What has become of something that was held: it is still held, or its step has come to something, or neither: it was an event that was taken note of. */
export interface Became {
  readonly held?: { readonly state: HeldState; readonly reason?: Reason; readonly dueAt?: Date };
  readonly step?: { readonly state: StepState; readonly outcome?: Outcome };
}
/** The message that told what came of a step; kept as long as the outbox is. */
export interface Outcome {
  readonly type: string;
  readonly body: object;
}

export async function whatBecameOf(client: PoolClient, heldId: string, { process, saga }: SagaRef, step: string): Promise<Became> {
  const { rows } = await client.query<{
    held: HeldState | null;
    code: string | null;
    reason: string | null;
    due_at: Date | null;
    step: StepState | null;
    type: string | null;
    value: string | null;
  }>({
    name: 'duet-held-became',
    text: `select h.state as held, h.code, h.reason, h.due_at, s.state as step, o.headers ->> 'ce_type' as type, o.value
      from (values (1)) as one
      left join duet.held h on h.id = $1
      left join duet.step s on s.process = $2 and s.saga_id = $3 and s.step = $4
      left join duet.outbox o on o.process = $2 and o.saga_id = $3 and o.headers ->> 'ce_id' = s.outcome_id`,
    values: [heldId, process, saga, step],
  });
  const row = rows[0];
  return {
    ...(row?.held && {
      held: {
        state: row.held,
        ...(row.code !== null && { reason: { code: row.code, text: row.reason ?? '' } }),
        ...(row.due_at && { dueAt: row.due_at }),
      },
    }),
    ...(row?.step && {
      step: {
        state: row.step,
        ...(row.type !== null && row.value !== null && { outcome: { type: row.type, body: JSON.parse(row.value) as object } }),
      },
    }),
  };
}

/** The saga of a message that this service has received; undefined where it never has, or not for so long that it has forgotten. */
export async function sagaOfMessage(client: PoolClient, messageId: string): Promise<SagaRef | undefined> {
  const { rows } = await client.query<SagaRef>({
    name: 'duet-inbox-find',
    text: 'select process, saga_id as saga from duet.inbox where message_id = $1',
    values: [messageId],
  });
  return rows[0];
}

/** Deletes what nobody can read, and notes who did it and why. Whether it was there. */
export async function dropAside(client: PoolClient, id: string, actor: string, note: string): Promise<boolean> {
  const { rowCount } = await client.query({
    name: 'duet-aside-drop',
    text: `with gone as (delete from duet.held where id = $1 and state = 'aside' returning id)
      insert into duet.operation (did, step, message_id, actor, note) select 'drop', '', id, $2, $3 from gone`,
    values: [id, actor, note],
  });
  return rowCount === 1;
}

/** What people did about a held message, oldest first. */
export type Operation = Pick<OperationRow, 'did' | 'actor' | 'note'> & { readonly at: Date };

/** `step`: what the message asked for; `messageId`: of what nobody could read, the id that it was held by. */
export async function operationsOn(client: PoolClient, messageId: string, step: string): Promise<Operation[]> {
  const { rows } = await client.query<Operation>({
    name: 'duet-operations',
    text: 'select did, actor, note, at from duet.operation where message_id = $1 and step = $2 order by n',
    values: [messageId, step],
  });
  return rows;
}
