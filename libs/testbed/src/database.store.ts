import { Client } from 'pg';
import { testInfra } from './infra';
import { unique } from './names';

export interface TestDatabase {
  /** The address of the database, for its own role: a service's view, without an administrator's rights. */
  readonly url: string;
  /** Ends whatever is still connected, and deletes database and role. */
  drop(): Promise<void>;
}

/** Databases of test runs that died are dropped by a later run, when they are so old (milliseconds) that no test can still need them. */
const leftOver = 3 * 60 * 60_000;

/** Any number will do, as long as nobody else on the server uses it. */
const cleaning = 7_303_015;

/**
 * A fresh, empty database with a role of its own, like a service has.
 * @param prefix begins the name; lower-case letters
 * @param server an administrator's address, where it is not to be on the server of all tests
 */
export async function testDatabase(prefix = 'test', server?: string): Promise<TestDatabase> {
  const adminUrl = server ?? (await testInfra()).adminUrl;
  // The time of birth stands in the name, so that a later run can tell what is left over.
  const name = `${prefix}_${Date.now().toString(36)}_${unique()}`;
  const password = unique();
  await withClient(adminUrl, async (admin) => {
    await dropLeftOvers(admin);
    const quoted = admin.escapeIdentifier(name);
    await admin.query(`create role ${quoted} login password ${admin.escapeLiteral(password)}`);
    await admin.query(`grant ${quoted} to current_user`);
    await admin.query(`create database ${quoted} owner ${quoted} template template0`);
    await admin.query(`revoke all on database ${quoted} from public`);
  });
  const url = new URL(adminUrl);
  url.username = name;
  url.password = password;
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => withClient(adminUrl, (admin) => drop(admin, name)) };
}

/**
 * One statement on a connection of its own, for tests that look at what a service stored.
 * @throws pg's DatabaseError
 */
export const query = <T extends object = Record<string, unknown>>(
  url: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<T[]> => withClient(url, async (client) => (await client.query<T>(text, [...values])).rows);

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  // A connection that is ended from outside is noticed by the statement that fails.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function drop(admin: Client, name: string): Promise<void> {
  await admin.query(`drop database if exists ${admin.escapeIdentifier(name)} with (force)`);
  await admin.query(`drop role if exists ${admin.escapeIdentifier(name)}`);
}

async function dropLeftOvers(admin: Client): Promise<void> {
  // Suites start side by side; one of them cleans up. The lock goes with the session.
  const { rows: lock } = await admin.query<{ mine: boolean }>('select pg_try_advisory_lock($1) as mine', [cleaning]);
  if (!lock[0]?.mine) return;
  const { rows } = await admin.query<{ name: string }>(
    `select datname as name from pg_database where datname ~ '^[a-z]+_[0-9a-z]{8,9}_t[0-9a-f]{10}$'`,
  );
  for (const { name } of rows) {
    if (Date.now() - parseInt(name.split('_')[1] ?? '', 36) > leftOver) await drop(admin, name);
  }
}
