import { type Batch, type Hearer, type Overheard, UnitOfWork } from '@duet/participant';
import type { Style } from '@duet/message';
import { Injectable } from '@nestjs/common';
import { type Kysely, sql } from 'kysely';
import { keptOfOne } from './bounds';
import { countBeyond, follow, followAgain, type Known, knownOf, type Ref, refKey } from './followed.store';
import { countServices, insertMessages, storeManifests, storeUnreadable } from './heard.store';
import { Landscape } from './landscape';
import type { Tables } from './observer.tables';

/**
 * What the observer remembers. Its truth is the set of messages and manifests; everything else in its tables follows from these, and is brought up to date in the transaction in which they are
 * stored. One batch is stored at a time, also of several replicas, so positions become visible in their order.
 */
@Injectable()
export class ObserverStore implements Hearer {
  private cached: { revision: string; landscape: Landscape } | undefined;
  /** Sagas may have been seen with other manifests than there are now: at the start nobody knows. */
  unsettled = true;
  private readonly storing;
  private readonly renewing;

  constructor(private readonly unit: UnitOfWork<Tables>) {
    this.storing = unit.joined(async (db, batches: readonly Batch[]) => {
      for (const batch of batches) await this.store(db, batch);
      return batches.map(() => undefined);
    });
    this.renewing = unit.joined(async (db, limits: readonly number[]) => Promise.all(limits.map((limit) => this.renewIn(db, limit))));
  }

  async memory(): Promise<string> {
    return (await this.unit.db.selectFrom('memory').select('name').executeTakeFirstOrThrow()).name;
  }

  async hear(batch: Batch): Promise<void> {
    await this.storing(batch);
    if (batch.manifests.length > 0) this.unsettled = true;
  }

  /** What all services declare now. */
  landscape(): Promise<Landscape> {
    return this.landscapeIn(this.unit.db);
  }

  /** Looks again at sagas that were judged by what is declared otherwise now, at most so many. */
  async renew(limit: number): Promise<void> {
    this.unsettled = false;
    try {
      if ((await this.renewing(limit)) > 0) this.unsettled = true;
    } catch (error) {
      this.unsettled = true;
      throw error;
    }
  }

  private async store(db: Kysely<Tables>, { messages, manifests, unreadable }: Batch): Promise<void> {
    await lock(db);
    if (manifests.length > 0) await storeManifests(db, manifests);
    if (unreadable.length > 0) await storeUnreadable(db, unreadable);
    if (messages.length === 0) return;
    const known = await knownOf(db, refsOf(messages));
    const { kept, beyond } = within(messages, known);
    const fresh = await insertMessages(db, kept);
    if (fresh.length > 0) {
      await countServices(db, fresh);
      await follow(db, fresh, known, await this.landscapeIn(db));
    }
    await countBeyond(db, beyond);
  }

  private async renewIn(db: Kysely<Tables>, limit: number): Promise<number> {
    await lock(db);
    const landscape = await this.landscapeIn(db);
    const stale = await staleIn(db, landscape, limit);
    if (stale.length > 0) await followAgain(db, stale, landscape);
    return stale.length;
  }

  private async landscapeIn(db: Kysely<Tables>): Promise<Landscape> {
    const { revision } = await db.selectFrom('memory').select('revision').executeTakeFirstOrThrow();
    if (this.cached?.revision !== revision) {
      const rows = await db.selectFrom('manifest').select('body').orderBy('service').execute();
      this.cached = { revision, landscape: new Landscape(rows.map(({ body }) => body)) };
    }
    return this.cached.landscape;
  }
}

const lock = (db: Kysely<Tables>): Promise<unknown> => sql`select from memory for update`.execute(db);

const refsOf = (messages: readonly Overheard[]): Ref[] => [
  ...new Map(messages.map(({ message }) => [refKey(message), { process: message.process, saga: message.saga }])).values(),
];

/** Which of these messages find room in their sagas. Of a saga that is full even a message that comes again is beyond: nobody knows it any more. */
function within(messages: readonly Overheard[], known: ReadonlyMap<string, Known>): { kept: Overheard[]; beyond: Overheard[] } {
  const counts = new Map<string, number>();
  const isKept = ({ message }: Overheard): boolean => {
    const key = refKey(message);
    const count = (counts.get(key) ?? known.get(key)?.messages ?? 0) + 1;
    counts.set(key, count);
    return count <= keptOfOne;
  };
  const judged = messages.map((one) => ({ one, kept: isKept(one) }));
  return {
    kept: judged.filter(({ kept }) => kept).map(({ one }) => one),
    beyond: judged.filter(({ kept }) => !kept).map(({ one }) => one),
  };
}

/** Sagas of one kind that are judged by the same. */
interface Kind {
  readonly process: string;
  readonly style: Style;
  /** -1: none. */
  readonly version: string;
  readonly landscape: string;
}

/** Sagas that were judged by something else than what is declared now. The index is asked for the next kind and the next, so that a change which concerns few costs as little with a million others. */
async function staleIn(db: Kysely<Tables>, landscape: Landscape, limit: number): Promise<Ref[]> {
  const { rows: kinds } = await sql<Kind>`with recursive kind as (
      (select process, style, coalesce(version, -1) as version, landscape from saga order by 1, 2, 3, 4 limit 1)
      union all
      select n.* from kind k cross join lateral (
        select process, style, coalesce(version, -1), landscape from saga
        where (process, style, coalesce(version, -1), landscape) > (k.process, k.style, k.version, k.landscape)
        order by 1, 2, 3, 4 limit 1) n)
    select * from kind`.execute(db);
  const stale: Ref[] = [];
  for (const { process, style, version, landscape: judgedBy } of kinds) {
    if (stale.length >= limit) break;
    if (landscape.nameFor(process, style, version === '-1' ? undefined : Number(version)) === judgedBy) continue;
    const { rows } = await sql<Ref>`select process, id as saga from saga
      where process = ${process} and style = ${style} and coalesce(version, -1) = ${version} and landscape = ${judgedBy}
      limit ${limit - stale.length}`.execute(db);
    stale.push(...rows);
  }
  return stale;
}
