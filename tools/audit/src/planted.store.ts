import { type Clients, type DatabaseUrls, type Service, services, type Snapshots } from '@duet/audit';
import { openClients } from './sample.store';

/** Statements for the databases of services. */
export type Plant = Readonly<Partial<Record<Service, string>>>;

/** Books in which faults are planted and that are good again afterwards: everything happens in transactions that are never committed. */
export class PlantedBooks implements Snapshots {
  readonly services = new Set(services);
  private constructor(readonly clients: Clients) {}

  static async open(urls: DatabaseUrls): Promise<PlantedBooks> {
    return new PlantedBooks(await openClients(urls));
  }

  /** Does `work` on books with this in them. */
  async with<T>(plant: Plant, work: () => Promise<T>): Promise<T> {
    await this.all('begin');
    try {
      for (const service of services) await this.plant(service, plant[service] ?? 'select 1');
      return await work();
    } finally {
      await this.all('rollback');
    }
  }

  /** @throws RangeError when a statement changes nothing: then it plants no fault */
  async plant(service: Service, text: string): Promise<void> {
    const result: unknown = await this.clients.get(service)?.query(text);
    for (const one of (Array.isArray(result) ? result : [result]) as { rowCount?: number | null }[])
      if (one?.rowCount === 0) throw new RangeError(`this changes nothing: ${text}`);
  }

  async take<T>(work: (clients: Clients) => Promise<T>): Promise<T> {
    return work(this.clients);
  }

  async close(): Promise<void> {
    await Promise.all([...this.clients.values()].map((client) => client.end()));
  }

  private async all(text: string): Promise<void> {
    await Promise.all([...this.clients.values()].map((client) => client.query(text)));
  }
}
