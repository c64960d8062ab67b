import type { Envelope } from '@duet/message';
import { type Batch, Database, UnitOfWork } from '@duet/participant';
import { testDatabase, type TestDatabase } from '@duet/testbed';
import { FiguresStore } from './figures.store';
import { ForgettingStore } from './forgetting.store';
import { migrations } from './migrations';
import { ObserverStore } from './observer.store';
import type { Tables } from './observer.tables';
import { type Overdue, SagasStore } from './sagas.store';
import type { Seen } from './seen';
import { manifests, parcel } from './told.fixture';

/** Nothing is overdue. */
export const none: Overdue = { asOf: new Date(0), steps: [] };

/** A message of a saga as it comes from the broker; its ids are the saga's own. */
export const overheard = (saga: string, { id, type, kind, at, style, service, ...seen }: Seen): Batch['messages'][number] => {
  const message: Envelope = {
    ...{
      id: `${saga}-${id}`,
      type,
      source: `/${service}`,
      time: new Date(at).toISOString(),
      process: parcel,
      saga,
      style,
      hop: seen.hop,
      seq: seen.seq,
    },
    ...(seen.cause !== undefined && { causation: `${saga}-${seen.cause}` }),
    ...(seen.version !== undefined && { processVersion: seen.version }),
    facts: { customerId: `c-${saga}`, ...(seen.hop > 1 && { weight: seen.hop }) },
    void: seen.void,
    dataschema: '/x/1',
    body: seen.parking ? { ...seen.parking, code: seen.parking.reason?.code, text: seen.parking.reason?.text } : { reason: seen.reason },
  };
  return { topic: kind === 'command' ? `${service}.commands` : `${service}.events`, message };
};

/** What one poll brings. */
export const batch = (said: Partial<Batch>): Batch => ({ messages: [], manifests: [], unreadable: [], ...said });
/** What all services of these specs declare. */
export const declared = batch({ manifests: manifests.map((manifest) => ({ manifest, at: 1 })) });

const open: { database: Database; own: TestDatabase }[] = [];

/** What the observer remembers, in a database of its own, with nothing in it yet. Forget it after each test. */
export async function remembering() {
  const own = await testDatabase('observer');
  const database = new Database({ service: 'observer', url: own.url, connections: 4 });
  open.push({ database, own });
  await database.migrateOwn(migrations);
  const unit = new UnitOfWork<Tables>(database);
  return {
    url: own.url,
    store: new ObserverStore(unit),
    sagas: new SagasStore(unit),
    figures: new FiguresStore(unit),
    forgetting: new ForgettingStore(unit),
    /** Somebody else who writes. */
    transaction: database.transaction.bind(database),
  };
}
export type Remembering = Awaited<ReturnType<typeof remembering>>;

/** Lets it look again at everything that is to be looked at again, so many at a time. */
export const settle = async ({ store }: Remembering, together = 2): Promise<void> => {
  while (store.unsettled) await store.renew(together);
};

/** Drops the databases. */
export async function forgetAll(): Promise<void> {
  for (const { database, own } of open.splice(0)) {
    await database.end();
    await own.drop();
  }
}
