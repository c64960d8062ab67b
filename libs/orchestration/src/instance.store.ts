import type { Reason, Style } from '@duet/message';
import { type SagaRef, UnitOfWork } from '@duet/participant';
import type { Input, Instance, Status } from '@duet/saga';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';

/** An instance with what is kept beside its state. */
export interface Stored {
  readonly instance: Instance;
  /** The most messages between the start and anything that was heard of it. */
  readonly hop: number;
  /** How many entries its history has. */
  readonly entries: number;
}

/** One entry of a history: what happened, and what the orchestrator asked for then. */
export interface Entry {
  readonly input: Input;
  readonly sent: readonly { readonly command: string; readonly ask?: 'again' | 'now' | 'settled' }[];
  /** Why a person's wish, or a request to cancel, was refused. */
  readonly refused?: Reason;
}

/** What one decision leaves behind. */
export interface Change extends Stored {
  readonly ref: SagaRef;
  /** What was done and is not undone, by command. */
  readonly residue: readonly string[];
  readonly entry: Entry;
}

export interface Filter {
  readonly process?: string;
  readonly status?: Status;
  readonly style?: Style;
  /** The command whose answer is awaited. */
  readonly step?: string;
  /** Begun at least so long ago, in milliseconds. */
  readonly olderThanMs?: number;
  /** Names and values of facts: all of them must be so. */
  readonly facts?: readonly (readonly [name: string, value: string])[];
  readonly before?: number;
  readonly limit: number;
}

export interface Listed {
  readonly instance: Instance;
  readonly startedAt: Date;
  readonly updatedAt: Date;
  readonly endedAt: Date | null;
  readonly residue: readonly string[];
  readonly cursor: number;
}

/** Something that a person did to a saga. */
export interface Done extends Entry {
  readonly input: Extract<Input, { is: 'cancel' | 'pause' | 'resume' | 'retry' | 'done' }> & { readonly actor: string };
  readonly process: string;
  readonly saga: string;
  /** The saga's, by now. */
  readonly status: Status;
  /** Where the list goes on behind it. */
  readonly place: Place;
}
/** A place in the list of what people did. */
export type Place = readonly [at: string, process: string, saga: string, n: number];

interface Row {
  process: string;
  saga_id: string;
  n: string;
  state: Instance;
  hop: number;
  entries: number;
  residue: string[];
  started_at: Date;
  updated_at: Date;
  ended_at: Date | null;
}

/** The orchestrator's tables. What handlers call is joined: one statement for all sagas of a wave. */
@Injectable()
export class InstanceStore {
  constructor(private readonly unit: UnitOfWork<unknown>) {}

  /** The instances, where there are any. */
  readonly load = this.unit.joined(async (db, refs: readonly SagaRef[]): Promise<(Stored | undefined)[]> => {
    const { rows } =
      await sql<Row>`select i.* from unnest(${refs.map(({ process }) => process)}::text[], ${refs.map(({ saga }) => saga)}::text[]) as u (process, saga)
      cross join lateral (select process, saga_id, state, hop, entries from instance where process = u.process and saga_id = u.saga offset 0) i`.execute(
        db,
      );
    const found = new Map(rows.map((row) => [key({ process: row.process, saga: row.saga_id }), row]));
    return refs.map((ref) => {
      const row = found.get(key(ref));
      return row && { instance: row.state, hop: row.hop, entries: row.entries };
    });
  });

  /** Keeps what decisions made of instances, and why. */
  readonly save = this.unit.joined(async (db, changes: readonly Change[]): Promise<undefined[]> => {
    const of = <T>(value: (change: Change) => T): T[] => changes.map(value);
    const json = (value: (change: Change) => unknown): (string | null)[] => of((change) => JSON.stringify(value(change)) ?? null);
    await sql`with change as (
        select * from unnest(${of(({ ref }) => ref.process)}::text[], ${of(({ ref }) => ref.saga)}::text[], ${of(({ instance }) => instance.version)}::int[],
          ${of(({ instance }) => instance.style)}::text[], ${of(({ instance }) => instance.status)}::text[],
          ${of(({ instance }) => instance.waiting?.command ?? null)}::text[], ${of(({ instance }) => dueOf(instance))}::timestamptz[],
          ${of(({ hop }) => hop)}::int[], ${of(({ entries }) => entries)}::int[], ${json(({ residue }) => residue)}::jsonb[],
          ${json(({ instance }) => instance)}::jsonb[], ${json(({ entry }) => entry.input)}::json[], ${json(({ entry }) => entry.sent)}::json[],
          ${json(({ entry }) => entry.refused)}::json[])
          as c (process, saga_id, version, style, status, awaits, due_at, hop, entries, residue, state, input, sent, refused)),
      noted as (
        insert into history (process, saga_id, n, input, sent, refused) select process, saga_id, entries, input, sent, refused from change)
      insert into instance (process, saga_id, version, style, status, awaits, due_at, hop, entries, residue, state, ended_at)
        select process, saga_id, version, style, status, awaits, due_at, hop, entries, array(select jsonb_array_elements_text(residue)), state,
          case when status in ('completed', 'compensated') then clock_timestamp() end
        from change
        on conflict (process, saga_id) do update set status = excluded.status, awaits = excluded.awaits, due_at = excluded.due_at, hop = excluded.hop,
          entries = excluded.entries, residue = excluded.residue, state = excluded.state, ended_at = coalesce(instance.ended_at, excluded.ended_at),
          updated_at = clock_timestamp()`.execute(db);
    return changes.map(() => undefined);
  });

  /** Newest first; `before` is the cursor that the page before ended with. */
  async list(filter: Filter): Promise<Listed[]> {
    const { process, status, style, step, olderThanMs, facts = [], before, limit } = filter;
    const conditions = [
      sql`true`,
      ...(process === undefined ? [] : [sql`process = ${process}`]),
      ...(status === undefined ? [] : [sql`status = ${status}`]),
      ...(style === undefined ? [] : [sql`style = ${style}`]),
      ...(step === undefined ? [] : [sql`awaits = ${step}`]),
      ...(olderThanMs === undefined ? [] : [sql`started_at < clock_timestamp() - ${olderThanMs} * interval '1 millisecond'`]),
      ...(before === undefined ? [] : [sql`n < ${before}`]),
      ...facts.map(([name, value]) => sql`state #>> ${['facts', ...name.split('.')]} = ${value}`),
    ];
    const { rows } =
      await sql<Row>`select * from instance where ${sql.join(conditions, sql` and `)} order by n desc limit ${limit}`.execute(this.unit.db);
    return rows.map(listed);
  }

  /** All sagas with this id: one for each process that has one. */
  async find(saga: string, process: string | undefined): Promise<Listed[]> {
    const { rows } =
      await sql<Row>`select * from instance where saga_id = ${saga} and (${process ?? null}::text is null or process = ${process ?? null})`.execute(
        this.unit.db,
      );
    return rows.map(listed);
  }

  async history({ process, saga }: SagaRef): Promise<Entry[]> {
    const { rows } = await sql<{ input: Input; sent: Entry['sent']; refused: Reason | null }>`select input, sent, refused from history
      where process = ${process} and saga_id = ${saga} order by n`.execute(this.unit.db);
    return rows.map(({ input, sent, refused }) => ({ input, sent, ...(refused && { refused }) }));
  }

  /** What people did, the latest first, from behind `after` on. */
  async done({ actor, saga }: { actor?: string; saga?: string }, page: { after: Place | undefined; limit: number }): Promise<Done[]> {
    const conditions = [
      sql`h.input ->> 'actor' is not null`,
      ...(actor === undefined ? [] : [sql`h.input ->> 'actor' = ${actor}`]),
      ...(saga === undefined ? [] : [sql`h.saga_id = ${saga}`]),
      ...(page.after ? [sql`(h.at, h.process, h.saga_id, h.n) < (${sql.join(page.after)})`] : []),
    ];
    const { rows } = await sql<{
      process: string;
      saga_id: string;
      n: number;
      exactly: string;
      input: Done['input'];
      sent: Entry['sent'];
      refused: Reason | null;
      status: Status;
    }>`select h.process, h.saga_id, h.n, h.at::text as exactly, h.input, h.sent, h.refused, i.status
      from history h join instance i using (process, saga_id)
      where ${sql.join(conditions, sql` and `)} order by h.at desc, h.process desc, h.saga_id desc, h.n desc limit ${page.limit}`.execute(
      this.unit.db,
    );
    return rows.map(({ process, saga_id, n, exactly, input, sent, refused, status }) => ({
      ...{ process, saga: saga_id, input, sent, status, place: [exactly, process, saga_id, n] as const },
      ...(refused && { refused }),
    }));
  }

  /** Sagas that were turned back and have something left, oldest first. */
  async withResidue(after: number, limit: number): Promise<Listed[]> {
    const { rows } = await sql<Row>`select * from instance where residue <> '{}' and n > ${after} order by n limit ${limit}`.execute(
      this.unit.db,
    );
    return rows.map(listed);
  }

  /** How many sagas have something left, by what it is. */
  async residueTotals(): Promise<{ command: string; count: number }[]> {
    const { rows } = await sql<{ command: string; count: string }>`select unnest(residue) as command, count(*) as count from instance
      where residue <> '{}' group by 1 order by 1`.execute(this.unit.db);
    return rows.map(({ command, count }) => ({ command, count: Number(count) }));
  }

  /** How many sagas have not ended, by status. */
  async counts(): Promise<{ status: string; count: number }[]> {
    const { rows } = await sql<{
      status: string;
      count: string;
    }>`select status, count(*) as count from instance where ended_at is null group by 1`.execute(this.unit.db);
    return rows.map(({ status, count }) => ({ status, count: Number(count) }));
  }

  /** The definitions that unfinished sagas keep to. */
  async versionsInUse(): Promise<{ process: string; version: number; count: number }[]> {
    const { rows } = await sql<{ process: string; version: number; count: string }>`select process, version, count(*) as count from instance
      where ended_at is null group by 1, 2 order by 1, 2`.execute(this.unit.db);
    return rows.map(({ process, version, count }) => ({ process, version, count: Number(count) }));
  }
}

const dueOf = ({ waiting }: Instance): string | null => (waiting ? new Date(waiting.due).toISOString() : null);

const key = ({ process, saga }: SagaRef): string => JSON.stringify([process, saga]);

const listed = (row: Row): Listed => ({
  instance: row.state,
  startedAt: row.started_at,
  updatedAt: row.updated_at,
  endedAt: row.ended_at,
  residue: row.residue,
  cursor: Number(row.n),
});
