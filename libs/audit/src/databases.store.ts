import { Client } from 'pg';
import { type Service, services } from './business';

/** Where each service's books are; notification and the orchestrator may be left out. */
export type DatabaseUrls = Readonly<Partial<Record<Service, string>>>;

/** Money and goods are judged by these. */
const needed = ['order', 'inventory', 'payment', 'shipping'] as const satisfies readonly Service[];

/** A connection to each database. */
export type Clients = ReadonlyMap<Service, Client>;

/** A database could not be reached or read; the text says which, and why. */
export class NoBooks extends Error {
  override readonly name = 'NoBooks';
}

/** Gives connections on which each database stands still, as it is at the beginning. */
export interface Snapshots {
  readonly services: ReadonlySet<Service>;
  /** `work` sees every database as of one moment each; these moments lie within milliseconds. */
  take<T>(work: (clients: Clients) => Promise<T>): Promise<T>;
}

/** The services' own databases, read only. @throws NoBooks */
export class Databases implements Snapshots {
  private constructor(private readonly clients: Clients) {}

  static async open(urls: DatabaseUrls): Promise<Databases> {
    const missing = needed.find((service) => urls[service] === undefined);
    if (missing) throw new NoBooks(`nothing can be said without the books of ${missing}: say where its database is`);
    const opened = await Promise.allSettled(
      services.flatMap((service) => {
        const url = urls[service];
        return url === undefined ? [] : [connect(service, url)];
      }),
    );
    const clients = new Map(opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])));
    const databases = new Databases(clients);
    const failed = opened.find((result) => result.status === 'rejected');
    if (!failed) return databases;
    await databases.close();
    throw failed.reason;
  }

  get services(): ReadonlySet<Service> {
    return new Set(this.clients.keys());
  }

  async take<T>(work: (clients: Clients) => Promise<T>): Promise<T> {
    const all = [...this.clients.values()];
    // The snapshot is taken by the first statement after `begin`. All rows are wanted, in the order of the orders' ids, and not the first ones soon: by sorting, for which there is memory.
    await Promise.all(
      all.map((client) =>
        client.query(`begin isolation level repeatable read read only; set local work_mem = '64MB'; set local cursor_tuple_fraction = 1;
          set local enable_hashagg = off; set local jit = off; set local idle_in_transaction_session_timeout = 0; select pg_current_snapshot()`),
      ),
    );
    try {
      return await work(this.clients);
    } finally {
      await Promise.allSettled(all.map((client) => client.query('rollback')));
    }
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.clients.values()].map((client) => client.end()));
  }
}

async function connect(service: Service, url: string): Promise<[Service, Client]> {
  const client = new Client({ connectionString: url, application_name: 'audit', connectionTimeoutMillis: 5_000 });
  // A connection that is lost is noticed by the statement that fails.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw new NoBooks(`the database of ${service} cannot be reached: ${error instanceof Error ? error.message : String(error)}`);
  }
  return [service, client];
}
