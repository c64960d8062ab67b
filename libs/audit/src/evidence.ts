import type { Evidence } from './audit';
import { BookCursor, receivedOf, stockOf } from './books.store';
import { type Service, services } from './business';
import type { Clients, Snapshots } from './databases.store';
import { type Dossier, emptyDossier, type StockRecord } from './dossier';
import { merge, type Source } from './merge';
import { enterOutside, OutsideFiles, outsideOf } from './outside';
import { enter } from './read';
import type { Sources } from './rule';
import { type Readers, readingsOf, type Unread } from './unread';

/** What the services' databases say, and, where there is one, the folder with the outside world's own files. */
export class Books implements Evidence {
  readonly has: Sources;

  constructor(
    private readonly databases: Snapshots,
    private readonly outside?: string,
  ) {
    const { services } = databases;
    this.has = { outside: outside !== undefined, notification: services.has('notification'), orchestrator: services.has('orchestrator') };
  }

  /** @throws NoBooks */
  sweep(work: (batch: readonly Dossier[]) => void): Promise<StockRecord[]> {
    return this.databases.take(async (clients) => {
      const inventory = clients.get('inventory');
      const stock = inventory ? await stockOf(inventory) : [];
      const files = this.outside === undefined ? undefined : await OutsideFiles.open(this.outside);
      try {
        await reading(clients, undefined, (sources) => merge([...sources, ...(files ? [outsideSource(files)] : [])], work));
      } finally {
        await files?.close();
      }
      return stock;
    });
  }

  /** @throws NoBooks */
  of(orderIds: readonly string[], readers: Readers): ReturnType<Evidence['of']> {
    return this.databases.take(async (clients) => {
      const found = new Map<string, Dossier>();
      await reading(clients, orderIds, (sources) =>
        merge(sources, (batch) => {
          for (const dossier of batch) found.set(dossier.id, dossier);
        }),
      );
      const readings = [...found.values()].map((dossier) => [dossier.id, readingsOf(dossier, readers)] as const);
      const received = await receivedIn(
        clients,
        readings.flatMap(([, all]) => all),
      );
      const unread = new Map(readings.map(([id, all]) => [id, all.filter((one) => !received.has(one))]));
      // What stands in the books was done outside before; so the files are read after them.
      const lines = this.outside === undefined ? [] : await outsideOf(this.outside, new Set(orderIds));
      for (const [id, about] of lines) {
        const dossier = found.get(id) ?? emptyDossier(id);
        enterOutside(dossier, about);
        found.set(id, dossier);
      }
      return [...found.values()].map((dossier) => ({ dossier, unread: unread.get(dossier.id) ?? [] }));
    });
  }
}

/** Those that were received. From a service whose books are not read nothing is awaited. */
async function receivedIn(clients: Clients, readings: readonly Unread[]): Promise<Set<Unread>> {
  const received = new Set<Unread>();
  for (const service of services) {
    const client = clients.get(service);
    const its = readings.filter(({ by }) => by === service);
    const ids =
      client && its.length > 0
        ? await receivedOf(
            client,
            its.map(({ message }) => message.id),
          )
        : undefined;
    for (const one of its) if (!client || ids?.has(one.message.id)) received.add(one);
  }
  return received;
}

/** Opens the books of all services, and closes them. */
async function reading(
  clients: Clients,
  orderIds: readonly string[] | undefined,
  work: (sources: readonly Source[]) => Promise<void>,
): Promise<void> {
  const cursors = await Promise.all(
    [...clients].map(async ([service, client]) => ({ service, cursor: await BookCursor.open(client, service, orderIds) })),
  );
  await work(cursors.map(({ service, cursor }) => bookSource(service, cursor)));
  for (const { cursor } of cursors) await cursor.close();
}

const bookSource = (service: Service, cursor: BookCursor): Source => ({
  next: async () => (await cursor.next()).map(([id, text]) => [id, (dossier) => enter(dossier, service, text)]),
});

function outsideSource(files: OutsideFiles): Source {
  const parts = files.sorted();
  const next: Source['next'] = async () => {
    const part = await parts.next();
    if (part.done) return [];
    // A part without an order is not the end.
    return part.value.length > 0 ? part.value.map(([id, lines]) => [id, (dossier) => enterOutside(dossier, lines)]) : next();
  };
  return { next };
}
