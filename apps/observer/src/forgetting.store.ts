import { UnitOfWork } from '@duet/participant';
import { Injectable } from '@nestjs/common';
import { type Kysely, sql } from 'kysely';
import type { Tables } from './observer.tables';

/** What is old goes: sagas of which nothing has been heard for long, with their messages, and the counts of old hours and minutes. */
@Injectable()
export class ForgettingStore {
  private readonly forgetting;

  constructor(unit: UnitOfWork<Tables>) {
    this.forgetting = unit.joined(async (db, asked: readonly { before: Date; limit: number }[]) =>
      Promise.all(asked.map(({ before, limit }) => forget(db, before, limit))),
    );
  }

  /** Forgets what is older, at most so many sagas. Returns how many there were. */
  forget(before: Date, limit: number): Promise<number> {
    return this.forgetting({ before, limit });
  }
}

async function forget(db: Kysely<Tables>, before: Date, limit: number): Promise<number> {
  // The same lock under which messages are stored: one of these sagas may be heard of just now.
  await sql`select from memory for update`.execute(db);
  const { rows } = await sql<{ process: string; id: string; newest: string }>`with old as (
      select process, id from saga where last_at < ${before} order by last_at limit ${limit}),
    gone as (delete from message m using old o where m.process = o.process and m.saga = o.id returning m.process, m.saga, m.n),
    freed as (delete from parked p using old o where p.process = o.process and p.saga = o.id)
    select process, saga as id, max(n) as newest from gone group by process, saga`.execute(db);
  const newest = rows.reduce((most, row) => Math.max(most, Number(row.newest)), 0);
  const [processes, ids] = [rows.map(({ process }) => process), rows.map(({ id }) => id)];
  await sql`delete from saga where (process, id) in (select * from unnest(${processes}::text[], ${ids}::text[]))`.execute(db);
  // Who goes on from a place before this would miss what is gone.
  await sql`update memory set forgotten_to = greatest(forgotten_to, ${newest})`.execute(db);
  await sql`delete from caused where hour < ${before} and hour > '-infinity'`.execute(db);
  await sql`delete from tally where minute < ${before}`.execute(db);
  await sql`delete from unreadable where at < ${before}`.execute(db);
  return rows.length;
}
