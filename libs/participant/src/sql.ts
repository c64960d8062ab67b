import { type SagaRef } from './call';

/** What the runtime's statements have in common: they take arrays, one for each column. */

/** One field of all rows. */
export const column = <T, K extends keyof T>(rows: readonly T[], key: K): T[K][] => rows.map((row) => row[key]);

/** As the first two parameters of `each`. */
export const refsOf = (refs: readonly SagaRef[]): [string[], string[]] => [column(refs, 'process'), column(refs, 'saga')];

/**
 * The wanted sagas, one by one. Lateral, with a fence inside: each is found by the index. A join or an `in` lets the planner
 * read whole tables, as long as it has not noticed that they have grown.
 */
export const each = 'unnest($1::text[], $2::text[]) as u (process, saga)';

/** Waits for all statements of a flight, then throws the first failure: the others only say that the transaction is aborted. */
export async function flight(statements: readonly (Promise<unknown> | undefined)[]): Promise<void> {
  const results = await Promise.allSettled(statements.filter((statement) => statement !== undefined));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}
