import type { PoolClient } from 'pg';
import type { HeldState } from './held.rows.store';
import type { Operation } from './held.store';
import type { StepState } from './turn';

/** Something that a person did about a held message, with what has become of that by now. */
export interface OperationDone extends Operation {
  /** Its place among all that was ever done here. */
  readonly n: number;
  /** None where nobody could read the message. */
  readonly process: string | null;
  readonly saga: string | null;
  /** What the message asked for: a command's wire name, `hears`, or '' for what nobody could read. */
  readonly task: string;
  readonly messageId: string;
  /** As it is held still, or again. */
  readonly held: HeldState | null;
  /** Why it is. */
  readonly reason: string | null;
  /** How its step stands. */
  readonly step: StepState | null;
}

/** Which of them; what is not said does not matter. */
export interface OperationFilter {
  readonly actor?: string;
  /** A saga's id. */
  readonly saga?: string;
}

/** The latest first, from before `before` on. */
export async function listOperations(
  client: PoolClient,
  { actor, saga }: OperationFilter,
  page: { before: number | undefined; limit: number },
): Promise<OperationDone[]> {
  const { rows } = await client.query<Omit<OperationDone, 'n'> & { n: string }>({
    name: 'duet-operations-list',
    text: `select o.n, o.did, o.actor, o.note, o.at, o.process, o.saga_id as saga, o.step as task, o.message_id as "messageId", h.state as held, h.reason,
        (select steps -> o.step ->> 0 from duet.saga s where s.process = o.process and s.id = o.saga_id) as step
      from duet.operation o left join duet.held h on h.id = o.message_id || '#' || o.step
      where ($1::text is null or o.actor = $1) and ($2::text is null or o.saga_id = $2) and ($3::bigint is null or o.n < $3)
      order by o.n desc limit $4`,
    values: [actor ?? null, saga ?? null, page.before ?? null, page.limit],
  });
  return rows.map((row) => ({ ...row, n: Number(row.n) }));
}
