import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely';
import type { PoolClient } from 'pg';
import { WrongDeclaration } from './errors';

/**
 * Kysely over the one connection that holds a unit's transaction. Kysely's own transaction sends one statement at a time;
 * here they go out as they are made, so that store calls which do not depend on each other share a flight.
 */
class UnitDriver implements Driver, DatabaseConnection {
  constructor(private readonly client: PoolClient) {}
  async init(): Promise<void> {}
  async acquireConnection(): Promise<DatabaseConnection> {
    return this;
  }
  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, rowCount, command } = await this.client.query(query.sql, [...query.parameters]);
    const changed = command === 'INSERT' || command === 'UPDATE' || command === 'DELETE' || command === 'MERGE';
    return { rows: rows as R[], ...(changed && { numAffectedRows: BigInt(rowCount ?? 0) }) };
  }
  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new WrongDeclaration('a unit of work does not stream: read what the sagas of the unit need with one query');
  }
  async releaseConnection(): Promise<void> {}
  async destroy(): Promise<void> {}
  async beginTransaction(): Promise<void> {
    throw new WrongDeclaration('a store runs inside the transaction of its unit of work and begins none of its own');
  }
  async commitTransaction(): Promise<void> {}
  async rollbackTransaction(): Promise<void> {}
}

const known = new WeakMap<PoolClient, Kysely<unknown>>();

/** The typed face of a unit's transaction. Made once per connection. */
export function unitDatabase<DB>(client: PoolClient): Kysely<DB> {
  let db = known.get(client);
  if (!db) {
    db = new Kysely({
      dialect: {
        createAdapter: () => new PostgresAdapter(),
        createDriver: () => new UnitDriver(client),
        createIntrospector: (kysely) => new PostgresIntrospector(kysely),
        createQueryCompiler: () => new PostgresQueryCompiler(),
      },
    });
    known.set(client, db);
  }
  return db as Kysely<DB>;
}
