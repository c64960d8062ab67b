import { Witness } from '@duet/participant';
import { Injectable } from '@nestjs/common';
import { type CausedWithin, FiguresStore } from './figures.store';
import type { Landscape } from './landscape';
import type { SagaRecord } from './observer.tables';
import { ObserverStore } from './observer.store';
import type { Concern, SagaRow, SagaState, WaitingView } from './saga.views';
import { iso } from './saga.detail';
import { type Overdue, SagasStore } from './sagas.store';
import { withBeyond, withUsual } from './state-in-words';
import { type Awaited, stepTimes, Usual } from './usual';

/** How long what is usual is taken as it was computed, in milliseconds: it changes slowly. */
const freshMs = 2_000;

/** One look at everything: the moment that it is about, and what is usual. Everything in an answer is judged by the same. */
export interface Glance {
  /** In milliseconds since 1970. */
  readonly asOf: number;
  readonly landscape: Landscape;
  readonly usual: Usual;
}

/** Judges by the clock what the store remembers without one: what is overdue, and how to say so. */
@Injectable()
export class Sight {
  private known: { at: number; caused: Promise<CausedWithin[]> } | undefined;

  constructor(
    private readonly witness: Witness,
    private readonly store: ObserverStore,
    private readonly sagas: SagasStore,
    private readonly figures: FiguresStore,
  ) {}

  async glance(): Promise<Glance> {
    const [landscape, caused, asOf] = await Promise.all([this.store.landscape(), this.caused(), this.asOf()]);
    return { asOf, landscape, usual: new Usual(stepTimes(landscape, caused)) };
  }

  /** Whoever has not read everything must not call others silent: while it catches up, its time is that of what it has read. */
  private async asOf(): Promise<number> {
    if (this.witness.caughtUp) return Date.now();
    return this.witness.newestAt || ((await this.sagas.newest()).at?.getTime() ?? Date.now());
  }

  /** What was said because of what, over all that is remembered. */
  caused(): Promise<CausedWithin[]> {
    if (!this.known || Date.now() - this.known.at > freshMs) {
      const caused = this.figures.caused();
      caused.catch(() => (this.known = undefined));
      this.known = { at: Date.now(), caused };
    }
    return this.known.caused;
  }

  /** What is overdue now. */
  async overdue({ asOf, usual }: Glance): Promise<Overdue> {
    const awaited = await this.sagas.awaited();
    return {
      asOf: new Date(asOf),
      steps: awaited.map(({ awaited: one }) => ({ awaited: one, since: new Date(asOf - usual.patienceMs(one)) })),
    };
  }

  row(record: SagaRecord, { asOf, usual }: Glance): SagaRow {
    const { process, id, style, version, state, reason, customer, started_at, last_at, ended_at, messages, hops } = record;
    const { waiting_since: since, waiting_due: due } = record;
    const awaited = awaitedOf(record);
    const waiting = awaited && since ? waitingShown(awaited, { since: since.getTime(), lateAt: due?.getTime() }, usual, asOf) : undefined;
    const beyond = Number(record.beyond);
    return {
      ...{ process, id, style, state: state as SagaState },
      ...(version !== null && { version: Number(version) }),
      concerns: [...(waiting?.overdue ? (['stalled'] as const) : []), ...(record.concerns as Concern[])],
      text: withBeyond(withUsual(record.words, waiting?.usuallyMs), beyond),
      ...(waiting && { waiting }),
      ...(reason && { reason }),
      ...(customer !== null && { customer }),
      startedAt: started_at.toISOString(),
      lastAt: last_at.toISOString(),
      ...(ended_at && { endedAt: ended_at.toISOString() }),
      durationMs: Math.max(0, (ended_at ?? last_at).getTime() - started_at.getTime()),
      messages,
      hops: Number(hops),
      ...(beyond > 0 && { beyond }),
    };
  }
}

function awaitedOf(record: SagaRecord): Awaited | undefined {
  const { process, style, waiting_service: service, waiting_command, waiting_within, ended_at } = record;
  if (service === null || ended_at) return undefined;
  return {
    process,
    style,
    service,
    command: waiting_command ?? undefined,
    withinMs: waiting_within === null ? undefined : Number(waiting_within),
  };
}

/** `lateAt`: when it is late because the whole saga is. Times in milliseconds since 1970. */
export function waitingShown(
  awaited: Awaited,
  { since, lateAt = Infinity }: { readonly since: number; readonly lateAt: number | undefined },
  usual: Usual,
  asOf: number,
): WaitingView {
  const usuallyMs = usual.usuallyMs(awaited);
  const due = Math.min(since + usual.patienceMs(awaited), lateAt);
  return {
    service: awaited.service,
    ...(awaited.command !== undefined && { command: awaited.command }),
    since: iso(since),
    ...(usuallyMs !== undefined && { usuallyMs }),
    dueAt: iso(due),
    overdue: due < asOf,
  };
}
