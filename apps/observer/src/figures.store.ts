import { UnitOfWork } from '@duet/participant';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Caused } from './flow-graph';
import { grouped } from './grouped';
import type { CausedRow, ParkedRow, Tables, TallyRow } from './observer.tables';

/** Effects of one message by another, with the time that they took together. */
export type CausedWithin = Caused & { readonly sumMs: number };

export interface ServiceFigures {
  readonly service: string;
  readonly messages: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
}

/** What is known over all sagas: counts and times. */
@Injectable()
export class FiguresStore {
  constructor(private readonly unit: UnitOfWork<Tables>) {}

  /** What was said because of what: over all that is remembered, or since an hour began. */
  async caused({ process, since }: { process?: string; since?: Date } = {}): Promise<CausedWithin[]> {
    let query = this.unit.db.selectFrom('caused').selectAll();
    query = since === undefined ? query.where(sql<boolean>`hour = '-infinity'`) : query.where('hour', '>=', since);
    if (process !== undefined) query = query.where('process', '=', process);
    return causedOf(await query.execute());
  }

  /** Minutes in which something began or ended. */
  async tally(since: Date): Promise<TallyRow[]> {
    return this.unit.db.selectFrom('tally').selectAll().where('minute', '>=', since).where('count', '>', '0').orderBy('minute').execute();
  }

  async services(): Promise<ServiceFigures[]> {
    const rows = await this.unit.db.selectFrom('service').selectAll().orderBy('service').execute();
    return rows.map(({ service, messages, first_at, last_at }) => ({
      service,
      messages: Number(messages),
      firstAt: first_at,
      lastAt: last_at,
    }));
  }

  async processes(): Promise<{ process: string; style: string; sagas: number }[]> {
    const { rows } = await sql<{ process: string; style: string; n: string }>`select process, style, sum(count) as n from tally
      where what = 'started' group by process, style having sum(count) > 0 order by process, style`.execute(this.unit.db);
    return rows.map(({ process, style, n }) => ({ process, style, sagas: Number(n) }));
  }

  /** What waits for a person, the oldest first. */
  async parked(filter: ParkedFilter & { after?: ParkedPlace; limit: number }): Promise<ParkedRow[]> {
    let query = this.unit.db
      .selectFrom('parked')
      .selectAll()
      .orderBy('at')
      .orderBy('service')
      .orderBy('message_id')
      .orderBy('command')
      .limit(filter.limit);
    if (filter.service !== undefined) query = query.where('service', '=', filter.service);
    if (filter.code !== undefined) query = query.where('code', '=', filter.code);
    if (filter.command !== undefined) query = query.where('command', '=', filter.command);
    if (filter.after) {
      const { at, service, messageId, command } = filter.after;
      query = query.where(sql<boolean>`(at, service, message_id, command) > (${new Date(at)}, ${service}, ${messageId}, ${command})`);
    }
    return query.execute();
  }

  async parkedGroups(): Promise<{ service: string; command: string; code: string; count: number }[]> {
    const rows = await this.unit.db
      .selectFrom('parked')
      .select(['service', 'command', 'code', sql<string>`count(*)`.as('count')])
      .groupBy(['service', 'command', 'code'])
      .orderBy(sql`count(*) desc, service, command, code`)
      .execute();
    return rows.map((row) => ({ ...row, count: Number(row.count) }));
  }

  /** What cannot be read, the latest first; `before` is the number of the last of the page before. */
  async unreadable(limit: number, before: number | undefined): Promise<Tables['unreadable'][]> {
    let query = this.unit.db.selectFrom('unreadable').selectAll().orderBy('n', 'desc').limit(limit);
    if (before !== undefined) query = query.where('n', '<', String(before));
    return query.execute();
  }
}

export interface ParkedFilter {
  readonly service?: string;
  readonly command?: string;
  readonly code?: string;
}
export interface ParkedPlace {
  readonly at: number;
  readonly service: string;
  readonly messageId: string;
  readonly command: string;
}

/** Rows differ by hour and class as well: here they are one, with a histogram. */
function causedOf(rows: readonly CausedRow[]): CausedWithin[] {
  const key = (row: CausedRow): string =>
    JSON.stringify([row.process, row.style, row.cause_type, row.cause_service, row.type, row.service]);
  return [...grouped(rows, key).values()].map((same) => {
    const [{ process, style, cause_type, cause_service, cause_kind, type, service, kind }] = same;
    const latency = new Map<number, number>();
    for (const { class: index, count } of same) if (index >= 0) latency.set(index, (latency.get(index) ?? 0) + Number(count));
    return {
      ...{ process, style, type, service, kind, latency },
      cause: cause_kind === '' ? undefined : { type: cause_type, service: cause_service, kind: cause_kind },
      count: same.reduce((sum, { count }) => sum + Number(count), 0),
      sumMs: same.reduce((sum, { sum_ms }) => sum + Number(sum_ms), 0),
    };
  });
}
