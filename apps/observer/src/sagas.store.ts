import type { Style } from '@duet/message';
import { UnitOfWork } from '@duet/participant';
import { Injectable } from '@nestjs/common';
import { type RawBuilder, sql } from 'kysely';
import { type MessageRow, type SagaRecord, seenColumns, type SeenRow, type Tables } from './observer.tables';
import type { Concern, SagaState } from './saga.views';
import type { Awaited } from './usual';

export interface SagaFilter {
  readonly process?: string;
  /** A state, or a reason to look at it. */
  readonly state?: SagaState | Concern | 'open' | 'ended';
  readonly style?: Style;
  /** The command that it waits for. */
  readonly step?: string;
  /** The service that it waits for. */
  readonly service?: string;
  /** The code of the reason that turned it back. */
  readonly reason?: string;
  readonly customer?: string;
  /** What its id begins with. */
  readonly id?: string;
  /** Began not after, and not before. */
  readonly startedTo?: Date;
  readonly startedFrom?: Date;
}

export interface SagaPlace {
  readonly at: number;
  readonly process: string;
  readonly id: string;
}

/** What is overdue at a moment: what began to be waited for before `since`, by what it is; and what is due before the moment itself. */
export interface Overdue {
  readonly asOf: Date;
  readonly steps: readonly { readonly awaited: Awaited; readonly since: Date }[];
}

/** A message with all that is shown of it. */
export type ToldRow = SeenRow & Pick<MessageRow, 'n' | 'body' | 'traceparent'>;

/** A saga as it is listed, and all that was heard of it. */
export interface Found {
  readonly record: SagaRecord;
  readonly messages: readonly ToldRow[];
}

const escaped = (text: string): string => text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`);

/** Sagas as they are listed and shown. */
@Injectable()
export class SagasStore {
  constructor(private readonly unit: UnitOfWork<Tables>) {}

  /** Newest first. */
  async list(filter: SagaFilter, overdue: Overdue, { after, limit }: { after?: SagaPlace; limit: number }): Promise<SagaRecord[]> {
    const conditions = [
      ...conditionsOf(filter, overdue),
      ...(after
        ? [
            // The first condition lets an index begin there; the second alone would be read for every saga before the page.
            sql`s.started_at <= ${new Date(after.at)}`,
            sql`(s.started_at < ${new Date(after.at)} or (s.process, s.id) > (${after.process}, ${after.id}))`,
          ]
        : []),
    ];
    const where = conditions.length === 0 ? sql`` : sql`where ${sql.join(conditions, sql` and `)}`;
    const { rows } =
      await sql<SagaRecord>`select s.* from saga s ${where} order by s.started_at desc, s.process, s.id limit ${limit}`.execute(
        this.unit.db,
      );
    return rows;
  }

  /** One saga with its messages: as of one moment, for between two statements a batch may be stored, and they would tell two stories. */
  async find(process: string, id: string): Promise<Found | undefined> {
    const snapshot = this.unit.db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only');
    return snapshot.execute(async (db) => {
      const record = await db.selectFrom('saga').selectAll().where('process', '=', process).where('id', '=', id).executeTakeFirst();
      const messages = await db
        .selectFrom('message')
        .select([...seenColumns, 'n', 'body', 'traceparent'])
        .where('process', '=', process)
        .where('saga', '=', id)
        .execute();
      return record && { record, messages };
    });
  }

  /** What open sagas wait for, and how many of them. */
  async awaited(): Promise<{ awaited: Awaited; count: number }[]> {
    const { rows } = await sql<{
      process: string;
      style: Style;
      service: string;
      command: string | null;
      within: string | null;
      n: string;
    }>`select process, style, waiting_service as service, waiting_command as command, waiting_within as within, count(*) as n from saga
      where ended_at is null and waiting_service is not null
      group by process, style, waiting_service, waiting_command, waiting_within`.execute(this.unit.db);
    return rows.map(({ process, style, service, command, within, n }) => ({
      awaited: { process, style, service, command: command ?? undefined, withinMs: within === null ? undefined : Number(within) },
      count: Number(n),
    }));
  }

  /** Open sagas by state, and all sagas by what is to be looked at. */
  async counts(): Promise<{ states: Map<string, number>; concerns: Map<string, number> }> {
    const [states, concerns] = await Promise.all([
      sql<{ name: string; n: string }>`select state as name, count(*) as n from saga where ended_at is null group by state`.execute(
        this.unit.db,
      ),
      sql<{
        name: string;
        n: string;
      }>`select c as name, count(*) as n from saga, unnest(concerns) as c where concerns <> '{}' group by c`.execute(this.unit.db),
    ]);
    const asMap = (rows: readonly { name: string; n: string }[]) => new Map(rows.map(({ name, n }) => [name, Number(n)]));
    return { states: asMap(states.rows), concerns: asMap(concerns.rows) };
  }

  /** By service, how many sagas with something overdue wait for it. */
  async stalledBy(overdue: Overdue): Promise<Map<string, number>> {
    const { rows } = await sql<{ service: string; n: string }>`select s.waiting_service as service, count(*) as n from saga s
      where ${stalled(overdue)} group by s.waiting_service`.execute(this.unit.db);
    return new Map(rows.map(({ service, n }) => [service, Number(n)]));
  }

  /** The newest message's place, and its time. */
  async newest(): Promise<{ position: number; at: Date | undefined }> {
    const row = await this.unit.db.selectFrom('message').select(['n', 'at']).orderBy('n', 'desc').limit(1).executeTakeFirst();
    return { position: Number(row?.n ?? 0), at: row?.at };
  }

  /** The log's name, and up to where it has been forgotten. */
  async log(): Promise<{ name: string; forgottenTo: number }> {
    const { name, forgotten_to } = await this.unit.db.selectFrom('memory').selectAll().executeTakeFirstOrThrow();
    return { name, forgottenTo: Number(forgotten_to) };
  }

  /** Messages after a place, in order. */
  async messagesAfter(position: number, limit: number): Promise<ToldRow[]> {
    return this.unit.db
      .selectFrom('message')
      .select([...seenColumns, 'n', 'body', 'traceparent'])
      .where('n', '>', String(position))
      .orderBy('n')
      .limit(limit)
      .execute();
  }
}

function conditionsOf(filter: SagaFilter, overdue: Overdue): RawBuilder<unknown>[] {
  const { process, state, style, step, service, reason, customer, id, startedTo, startedFrom } = filter;
  return [
    ...(process === undefined ? [] : [sql`s.process = ${process}`]),
    ...(state === undefined ? [] : [ofState(state, overdue)]),
    ...(style === undefined ? [] : [sql`s.style = ${style}`]),
    ...(step === undefined ? [] : [sql`s.ended_at is null and s.waiting_command = ${step}`]),
    ...(service === undefined ? [] : [sql`s.ended_at is null and s.waiting_service = ${service}`]),
    ...(reason === undefined ? [] : [sql`s.reason_code = ${reason}`]),
    ...(customer === undefined ? [] : [sql`s.customer = ${customer}`]),
    ...(id === undefined ? [] : [sql`s.id like ${`${escaped(id)}%`}`]),
    ...(startedTo === undefined ? [] : [sql`s.started_at <= ${startedTo}`]),
    ...(startedFrom === undefined ? [] : [sql`s.started_at >= ${startedFrom}`]),
  ];
}

function ofState(state: NonNullable<SagaFilter['state']>, overdue: Overdue): RawBuilder<unknown> {
  switch (state) {
    case 'running':
    case 'compensating':
    case 'completed':
    case 'compensated':
      return sql`s.state = ${state}`;
    case 'open':
      return sql`s.ended_at is null`;
    case 'ended':
      return sql`s.ended_at is not null`;
    case 'stalled':
      return stalled(overdue);
    case 'parked':
    case 'loop':
    case 'undo-incomplete':
    case 'undo-failed':
      return sql`s.concerns <> '{}' and ${state} = any(s.concerns)`;
  }
}

/** What is waited for too long: each kind of step has its own patience. */
function stalled({ asOf, steps }: Overdue): RawBuilder<unknown> {
  const of = <T>(pick: (one: Overdue['steps'][number]) => T): T[] => steps.map(pick);
  return sql`s.ended_at is null and (s.waiting_due < ${asOf} or exists (
    select from unnest(${of(({ awaited }) => awaited.process)}::text[], ${of(({ awaited }) => awaited.style)}::text[],
      ${of(({ awaited }) => awaited.service)}::text[], ${of(({ awaited }) => awaited.command ?? '')}::text[],
      ${of(({ awaited }) => awaited.withinMs ?? -1)}::bigint[], ${of(({ since }) => since.toISOString())}::timestamptz[])
      as o (process, style, service, command, within, since)
    where o.process = s.process and o.style = s.style and o.service = s.waiting_service and o.command = coalesce(s.waiting_command, '')
      and o.within = coalesce(s.waiting_within, -1) and s.waiting_since < o.since))`;
}
