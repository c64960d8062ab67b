// @ts-check
import { LocalProblem } from './problem.mjs';

/** The services whose work an order is, and whose books are audited. Each service has a database and a role: name of role = name of database = name of service. */
export const databaseServices = /** @type {const} */ (['order', 'inventory', 'payment', 'shipping', 'notification', 'orchestrator']);

/** @typedef {typeof databaseServices[number]} DatabaseService */

/** Who only counts, or looks on: a database like the others', that no promise is about. */
const onlookers = /** @type {const} */ (['analytics', 'observer']);

/** Any number will do, as long as nobody else on the server uses it. */
const setupLock = 7_303_014;

/**
 * The address a service uses. Local passwords are no secrets: the server listens on loopback only.
 * @param {string} adminUrl
 * @param {string} service
 * @param {Record<string, string | undefined>} [env] `DUET_<SERVICE>_DB_PASSWORD` overrides the default, `<service>-local`
 * @returns {string}
 */
export function serviceUrl(adminUrl, service, env = process.env) {
  const url = new URL(adminUrl);
  url.username = service;
  url.password = env[`DUET_${service.toUpperCase()}_DB_PASSWORD`] ?? `${service}-local`;
  url.pathname = `/${service}`;
  return url.href;
}

/**
 * Makes each service's role and database where they are missing, and closes every database to everybody but its owner. Can be repeated, also by
 * several at once.
 * @param {string} adminUrl of a role that may create roles and databases
 * @param {Record<string, string | undefined>} [env] see {@link serviceUrl}
 * @returns {Promise<Record<DatabaseService | typeof onlookers[number], string>>} each service's own address
 * @throws {LocalProblem} `postgres-unreachable`
 */
export async function ensureServiceDatabases(adminUrl, env = process.env) {
  return await withClient(adminUrl, async (client) => {
    await client.query('select pg_advisory_lock($1)', [setupLock]);
    // New databases are copied with their grants from nothing, but these two let everybody in by default.
    await client.query('revoke connect on database postgres, template1 from public');
    const urls = /** @type {Record<DatabaseService | typeof onlookers[number], string>} */ ({});
    for (const service of [...databaseServices, ...onlookers]) {
      const url = serviceUrl(adminUrl, service, env);
      const name = client.escapeIdentifier(service);
      const password = client.escapeLiteral(decodeURIComponent(new URL(url).password));
      const role = await client.query('select 1 from pg_roles where rolname = $1', [service]);
      await client.query(
        `${role.rowCount ? 'alter' : 'create'} role ${name} login nosuperuser nocreatedb nocreaterole password ${password}`,
      );
      const database = await client.query('select 1 from pg_database where datname = $1', [service]);
      if (!database.rowCount) {
        // An administrator that is no superuser may give a database only to a role it belongs to.
        await client.query(`grant ${name} to current_user`);
        await client.query(`create database ${name} owner ${name} template template0`);
      }
      await client.query(`revoke all on database ${name} from public`);
      urls[service] = url;
    }
    return urls;
  });
}

/**
 * Who answers at an address.
 * @param {string} url
 * @returns {Promise<{ folder: string } | { refused: string }>} `folder`: the server's data folder
 */
export async function probePostgres(url) {
  try {
    return await withClient(url, async (client) => {
      const { rows } = await client.query('select current_setting($1, true) as folder', ['data_directory']);
      return { folder: rows[0]?.folder ?? '' };
    });
  } catch (error) {
    return { refused: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * @template T
 * @param {string} url
 * @param {(client: import('pg').Client) => Promise<T>} work
 * @returns {Promise<T>}
 */
async function withClient(url, work) {
  // Not at the top: until the dependencies are installed there is no pg, and commands that need none must work.
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined); // a server that goes away is noticed by the query that fails
  try {
    await client.connect();
  } catch (error) {
    await client.end().catch(() => undefined);
    const { host } = new URL(url);
    throw new LocalProblem(
      'postgres-unreachable',
      `PostgreSQL at ${host} refuses: ${error instanceof Error && error.message ? error.message : String(error)}`,
    );
  }
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
