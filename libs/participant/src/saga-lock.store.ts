import type { PoolClient } from 'pg';
import type { SagaRef } from './call';
import { each, refsOf } from './sql';

/** In SQL, the number under which a saga is locked; `process` and `saga` are columns. */
export const lockNumber = (process: string, saga: string): string => `hashtextextended(${process} || ' ' || ${saga}, 0)`;

/**
 * Locks sagas until the end of the transaction, whether or not there is anything about them in the database: every later statement sees what the last holder committed.
 * The lock is one of PostgreSQL's advisory locks, under a number made of the saga's names. Everybody takes them in the same order, that of the numbers; two sagas of one number, should there
 * be any, only wait for each other.
 */
export async function lockSagas(client: PoolClient, refs: readonly SagaRef[]): Promise<void> {
  if (refs.length === 0) return;
  await client.query({
    name: 'duet-saga-lock',
    text: `select count(pg_advisory_xact_lock(number)) from (
      select ${lockNumber('process', 'saga')} as number from ${each} order by number) as wanted`,
    values: refsOf(refs),
  });
}
