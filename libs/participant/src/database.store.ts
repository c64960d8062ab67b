import { Kysely, PostgresDialect } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { Pool, type PoolClient } from 'pg';
import { WrongSetting } from './errors';
import { runtimeMigrations } from './migrations/index';

export interface DatabaseOptions {
  /** Names the connections in pg_stat_activity. */
  readonly service: string;
  /** `postgres://role:password@host:port/database`: the service's own role and database. */
  readonly url: string;
  /** Connections at most. */
  readonly connections: number;
}

/**
 * The service's own database. A replica that is paused inside a transaction must not freeze the others, so PostgreSQL ends a transaction
 * that idles for 5 s, and nobody waits for a lock longer than 2 s: then the unit is run again.
 */
const session = [
  '-c idle_in_transaction_session_timeout=5s',
  '-c lock_timeout=2s',
  '-c tcp_keepalives_idle=5',
  '-c tcp_keepalives_interval=2',
  '-c tcp_keepalives_count=3',
].join(' ');

export class Database {
  readonly pool: Pool;
  readonly kysely: Kysely<unknown>;

  constructor(options: DatabaseOptions) {
    this.pool = new Pool({
      connectionString: options.url,
      application_name: options.service,
      max: options.connections,
      options: session,
      pipeline: true,
      keepAlive: true,
      keepAliveInitialDelayMillis: 5_000,
      connectionTimeoutMillis: 5_000,
    });
    // A connection that breaks while idle is replaced at the next use; without a listener it would end the process.
    this.pool.on('error', () => undefined);
    this.kysely = new Kysely({ dialect: new PostgresDialect({ pool: this.pool }) });
  }

  /** Runs `work` with a connection of its own. A connection on which something failed is not used again. */
  async connection<R>(work: (client: PoolClient) => Promise<R>): Promise<R> {
    const client = await this.pool.connect();
    // Lost in the middle of a transaction: the statement that waits is told, and this listener keeps the process alive.
    const lost = (): void => undefined;
    client.on('error', lost);
    let failure: unknown;
    try {
      return await work(client);
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      client.off('error', lost);
      client.release(failure instanceof Error && isTransient(failure) ? failure : undefined);
    }
  }

  /** Runs `work` in a transaction. */
  transaction<R>(work: (client: PoolClient) => Promise<R>): Promise<R> {
    return this.connection(async (client) => {
      await client.query('begin');
      try {
        const result = await work(client);
        await client.query('commit');
        return result;
      } catch (error) {
        await rollback(client);
        throw error;
      }
    });
  }

  /** Brings the runtime's and the service's own tables up to date. Replicas that start together take turns (Kysely locks). */
  async migrate(own: Readonly<Record<string, Migration>>): Promise<void> {
    const parts = [
      { migrations: runtimeMigrations, table: 'duet_migration' },
      { migrations: own, table: 'migration' },
    ];
    for (const { migrations, table } of parts) {
      const migrator = new Migrator({
        db: this.kysely,
        provider: { getMigrations: async () => ({ ...migrations }) },
        migrationTableName: table,
        migrationLockTableName: `${table}_lock`,
      });
      const { error, results } = await migrator.migrateToLatest();
      if (error) {
        const failed = results?.find(({ status }) => status === 'Error')?.migrationName ?? 'the migrations';
        throw new WrongSetting(`${failed} could not be applied to the database of this service; mend what the cause says and start again`, {
          cause: error,
        });
      }
    }
  }

  async end(): Promise<void> {
    await this.kysely.destroy();
  }
}

/** Ends a transaction that failed. A connection that is gone has ended it already. */
export async function rollback(client: PoolClient): Promise<void> {
  await client.query('rollback').catch((error: unknown) => {
    if (!isTransient(error)) throw error;
  });
}

/** Failures of the connection, of the server or of waiting for a lock: nothing is wrong with the message, and the unit is run again. */
const transientCodes = new Set(['40001', '40P01', '55P03', '25P03', '57P01', '57P02', '57P03', '57P04', '53300', '53400']);
const transientNetwork = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EHOSTUNREACH', 'EAI_AGAIN']);

export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  if (code) return transientCodes.has(code) || transientNetwork.has(code) || code.startsWith('08');
  // pg itself tells these two by their text alone.
  return /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|Client was closed)/.test(
    error.message,
  );
}
