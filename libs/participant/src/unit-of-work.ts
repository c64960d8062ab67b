import { Injectable } from '@nestjs/common';
import type { Kysely } from 'kysely';
import type { PoolClient } from 'pg';
import { Database } from './database.store';
import { NoUnitOfWork } from './errors';
import { unitDatabase } from './unit.store';
import { type Joined, Wave } from './wave';

/** What the stores of one unit of work share. */
export interface UnitResources {
  readonly client: PoolClient;
}

/**
 * Everything a service does for what it heard, in one transaction. Stores ask it for the database:
 * inside a handler that is the unit's transaction, outside (a REST read) the pool.
 */
@Injectable()
export class UnitOfWork<DB> {
  constructor(private readonly database: Database) {}

  /** The database, as it stands for this code: the transaction of the unit that runs it, or the pool when there is none. */
  get db(): Kysely<DB> {
    const wave = currentWave();
    return wave ? unitDatabase<DB>(wave.resources.client) : (this.database.kysely as unknown as Kysely<DB>);
  }

  /**
   * A store call that many handlers make at once, as set-based SQL: `work` is given the arguments of all of them, in the order of arrival, and returns
   * as many results. A refusal is one of the results; what `work` throws fails all of them. Outside a unit it runs in a transaction of its own.
   */
  joined<A, R>(work: (db: Kysely<DB>, calls: readonly A[]) => Promise<readonly R[]>): (argument: A) => Promise<R> {
    const inWave: Joined<UnitResources, A, R> = ({ client }, calls) => work(unitDatabase<DB>(client), calls);
    return async (argument) => {
      const wave = currentWave();
      if (wave) return wave.join(inWave, argument);
      const [result] = await this.database.transaction((client) => work(unitDatabase<DB>(client), [argument]));
      return result as R;
    };
  }
}

/** The wave of the handler that runs this code. Its connection must not be used after it: by then it belongs to another unit. */
function currentWave(): Wave<UnitResources> | undefined {
  const wave = Wave.current() as Wave<UnitResources> | undefined;
  if (wave?.over)
    throw new NoUnitOfWork(
      'a store was called by something that a handler started and did not wait for; await every store call in the handler',
    );
  return wave;
}
