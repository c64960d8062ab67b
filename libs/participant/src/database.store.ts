import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { isNativeError } from 'node:util/types';
import { Problem, tracing } from '@duet/platform';
import { Kysely, PostgresDialect } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { Pool, type PoolClient } from 'pg';
import { arrayParameter, arrayTypes } from './array';
import { NotCommitted, WrongSetting } from './errors';
import { traceFlights } from './flights';
import { runtimeMigrations } from './migrations/index';

export interface DatabaseOptions {
  /** Names the connections in pg_stat_activity. */
  readonly service: string;
  /** `postgres://role:password@host:port/database`: the service's own role and database. */
  readonly url: string;
  /** Connections at most. */
  readonly connections: number;
  /**
   * For tables that fill and empty by the minute: PostgreSQL plans a statement by the size that it finds at that moment, and keeps the plan. One made while the table was empty reads all of it,
   * with everything that has been deleted and not been vacuumed, for each row wanted. So no table is read as a whole where an index would do.
   */
  readonly byIndex?: boolean;
  /** A server that has not answered a statement for so long (milliseconds) is taken for gone: a frozen machine sends no farewell. 20 s if not given. */
  readonly silenceMs?: number;
  /** Another way to the server than a socket: makes what pg takes for one, for each connection. */
  readonly stream?: () => Duplex;
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

/**
 * Keeps the process alive when a connection breaks. One that is idle is replaced at the next use; of one that is used, the statement that waits is told.
 * Whoever uses it: Kysely, too, which does not listen itself.
 */
function survive(pool: Pool): void {
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
}

/**
 * Sends the statements of one turn of the event loop in one write. pg writes each by itself, also in pipeline mode, and a write to a socket costs more
 * than what it says. Arrays are written in binary.
 */
function makeLean(client: PoolClient): void {
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
  const query = client.query.bind(client) as (...args: unknown[]) => unknown;
  let corked = false;
  client.query = ((statement: unknown, ...rest: unknown[]) => {
    if (!corked) {
      corked = true;
      stream.cork();
      process.nextTick(() => {
        corked = false;
        stream.uncork();
      });
    }
    const [values, ...more] = rest;
    if (typeof statement === 'string' && Array.isArray(values)) return query(statement, lean(statement, values), ...more);
    return query(hasValues(statement) ? { ...statement, values: lean(statement.text, statement.values) } : statement, ...rest);
  }) as typeof client.query;
}

const hasValues = (statement: unknown): statement is { text: string; values: unknown[] } =>
  typeof statement === 'object' && statement !== null && 'values' in statement && Array.isArray(statement.values) && 'text' in statement;

function lean(statement: string, values: readonly unknown[]): unknown[] {
  const types = arrayTypes(statement);
  return values.map((value, place) => (Array.isArray(value) ? arrayParameter(types[place], value) : value));
}

export class Database {
  readonly pool: Pool;
  readonly kysely: Kysely<unknown>;

  constructor(private readonly options: DatabaseOptions) {
    this.pool = new Pool({
      ...this.server(),
      max: options.connections,
      options: options.byIndex ? `${session} -c enable_seqscan=off` : session,
      pipeline: true,
      query_timeout: options.silenceMs ?? 20_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 5_000,
      connectionTimeoutMillis: 5_000,
    });
    this.pool.on('connect', makeLean);
    if (tracing()) this.pool.on('connect', traceFlights);
    survive(this.pool);
    this.kysely = new Kysely({ dialect: new PostgresDialect({ pool: this.pool }) });
  }

  /** Runs `work` with a connection of its own. A connection on which something failed is not used again. */
  async connection<R>(work: (client: PoolClient) => Promise<R>): Promise<R> {
    const client = await this.pool.connect();
    let failure: unknown;
    try {
      return await work(client);
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      client.release(isNativeError(failure) && isTransient(failure) ? failure : undefined);
    }
  }

  /** Runs `work` in a transaction. */
  transaction<R>(work: (client: PoolClient) => Promise<R>): Promise<R> {
    return this.connection(async (client) => {
      await client.query('begin');
      try {
        const result = await work(client);
        await commit(client);
        return result;
      } catch (error) {
        await rollback(client);
        throw error;
      }
    });
  }

  /** Brings the runtime's and the service's own tables up to date. Replicas that start together take turns (Kysely locks). */
  migrate(own: Readonly<Record<string, Migration>>): Promise<void> {
    return this.migrateAll([
      { migrations: runtimeMigrations, table: 'duet_migration' },
      { migrations: own, table: 'migration' },
    ]);
  }

  /** The same for who takes no part, and needs no tables of the runtime. */
  migrateOwn(own: Readonly<Record<string, Migration>>): Promise<void> {
    return this.migrateAll([{ migrations: own, table: 'migration' }]);
  }

  private async migrateAll(parts: readonly MigrationPart[]): Promise<void> {
    // Connections of their own: a change of tables may take long, and so may waiting for the replica that makes it.
    const pool = new Pool({ ...this.server(), max: 2, connectionTimeoutMillis: 5_000 });
    survive(pool);
    const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
    try {
      await migrateOn(db, parts);
    } finally {
      await db.destroy();
    }
  }

  /** Ends all connections; twice is once. Kysely would end them only if it had been used itself. */
  async end(): Promise<void> {
    if (!this.pool.ending) await this.pool.end();
  }

  private server() {
    const { url: connectionString, service: application_name, stream } = this.options;
    return { connectionString, application_name, ...(stream && { stream }) };
  }
}

/** Migrations, and the table that says which were made. */
interface MigrationPart {
  readonly migrations: Readonly<Record<string, Migration>>;
  readonly table: string;
}

async function migrateOn(db: Kysely<unknown>, parts: readonly MigrationPart[]): Promise<void> {
  for (const { migrations, table } of parts) {
    const migrator = new Migrator({
      db,
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

/** Commits. @throws NotCommitted when a statement had failed and nobody said so: PostgreSQL then answers `commit` with a rollback, and no error. */
export async function commit(client: PoolClient): Promise<void> {
  const { command } = await client.query('commit');
  if (command !== 'COMMIT') throw new NotCommitted();
}

/** Ends a transaction that failed. A connection that is gone has ended it already. */
export async function rollback(client: PoolClient): Promise<void> {
  await client.query('rollback').catch((error: unknown) => {
    if (!isTransient(error)) throw error;
  });
}

/** Failures of the server or of waiting for a lock: nothing is wrong with the message, and the unit is run again. */
const transientCodes = new Set(['40001', '40P01', '55P03', '25P03', '57P01', '57P02', '57P03', '57P04', '53300', '53400']);
const transientNetwork = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EHOSTUNREACH', 'EAI_AGAIN']);
/** pg itself tells these by their text alone. */
const transientTexts =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|timeout expired|Query read timeout|Client was closed)/;

const codeOf = (error: Error): string | undefined => ('code' in error && typeof error.code === 'string' ? error.code : undefined);

/** Failures that are the database's own, whoever throws them: a handler's network trouble may be with anybody, and is the handler's. */
export function isTransientHere(error: unknown): boolean {
  if (!isNativeError(error)) return false;
  const code = codeOf(error);
  return code === undefined ? transientTexts.test(error.message) : transientCodes.has(code) || code.startsWith('08');
}

/** The server has ended a connection whose transaction was left idle. */
export const isIdleTooLong = (error: Error): boolean => codeOf(error) === '25P03';

/** What a connection to the database throws when nothing is wrong with what was asked of it: asked again later, it may answer. */
export const isTransient = (error: unknown): boolean =>
  isTransientHere(error) || (isNativeError(error) && transientNetwork.has(codeOf(error) ?? ''));

/** What a request is told that failed because of that. It may have been done all the same, if the answer to a commit was lost. */
export const databaseAway = (error: unknown): Problem | undefined =>
  isTransient(error)
    ? Problem.unavailable('The database of this service does not answer, or has too much to do. Ask again.', {
        code: 'database-away',
        retryAfter: 1,
        cause: error,
      })
    : undefined;
