import type { Style } from '@duet/message';
import { Logger } from '@nestjs/common';
import { type Publish, type SagaRef, sagaKey } from './call';
import { type Database, isTransient } from './database.store';
import { Stopping, textOf, WrongDeclaration } from './errors';
import type { Item } from './item';
import type { Measures } from './measures';
import { claimTimers, overdueTimers, postponeTimer, type TimerKey, type TimerRow, TimerStore } from './timers.store';
import { UnitOfWork } from './unit-of-work';
import type { Watermark } from './watermark';

/** A timer whose time has come. */
export interface TimerDue extends SagaRef {
  readonly name: string;
  /** When it was to fire, by the database's clock. */
  readonly due: Date;
}

/** What is done when a timer is due. Its messages go out with the unit of work, in the style of a choreography unless they are told another. */
export type TimerHandler = (timer: TimerDue, publish: Publish) => Promise<void>;

/**
 * When a timer is due, by the clock of the service's database: `inMs` milliseconds from now, or `at` a time. A time made by this replica's or by another service's clock
 * is as wrong as that clock. A time that is over already is as good as any other: the timer fires as soon as what had been written by then has been read.
 */
export type TimerOptions = ({ readonly inMs: number } | { readonly at: Date }) & {
  /** How long what is waited for may normally take, in milliseconds; if not given, `inMs`, or a minute. After ten times as long the timer fires anyway. */
  readonly withinMs?: number;
};

export interface TimersSettings {
  /** How often due timers are looked for, in milliseconds. */
  readonly everyMs: number;
  /** Timers in one unit of work at most. */
  readonly maxItems: number;
  /** How long a timer waits before it is looked at again, after a failure or behind messages of its saga; after failures doubling. */
  readonly retryMs: number;
}

const aMinute = 60_000;

/**
 * Wakes the service about a saga at a time, unless it changes its mind: for deadlines. A timer is a row, so it survives restarts, and any replica may fire it, once.
 * It does not fire before what had been written to the service's topics by its time has been read and handled; otherwise a service that was down would take
 * for overdue what is waiting for it in Kafka.
 *
 * A partition that is stuck, or a saga's message that cannot be handled, must not stop deadlines for ever: a timer that has been kept waiting for ten times its `within` fires anyway.
 * For a stuck partition only time counts in which the broker could be asked and said that the partition did not move at all: not the time in which the service or the broker was away,
 * and not the time that a long backlog takes.
 */
export class Timers {
  private readonly logger = new Logger('Timers');
  private readonly handlers = new Map<string, TimerHandler>();
  private readonly store: TimerStore;
  private readonly patienceMs: number;
  private ticking: NodeJS.Timeout | undefined;
  private looking = false;
  private stopped = false;

  constructor(
    private readonly database: Database,
    private readonly watermark: Watermark,
    private readonly settings: TimersSettings,
    private readonly submit: (items: readonly Item[]) => Promise<void>,
    private readonly measures: Measures,
  ) {
    this.patienceMs = patienceOf(settings);
    this.store = new TimerStore(new UnitOfWork(database), { atLeastMs: 2 * this.patienceMs });
  }

  /**
   * Says what happens when a timer of this name is due: in a unit of work, under its saga's lock, with the timer gone; it may be set anew. Called in a constructor, once for each name.
   * What fails is logged and tried again later, for ever. @throws WrongDeclaration for a second handler of a name
   */
  on(name: string, handler: TimerHandler): void {
    if (this.handlers.has(name)) throw new WrongDeclaration(`the timer ${name} has two handlers; keep one`);
    this.handlers.set(name, handler);
  }

  /** Sets a timer of a saga, or moves it: with the unit of work that runs this code. @throws WrongDeclaration where nobody said what happens when it is due */
  async set({ process, saga }: SagaRef, name: string, options: TimerOptions): Promise<void> {
    if (!this.handlers.has(name))
      throw new WrongDeclaration(`the timer ${name} has no handler; say what it does with Timers.on('${name}', …)`);
    const withinMs = options.withinMs ?? ('inMs' in options ? options.inMs : aMinute);
    await this.store.set({ process, saga, name, when: options, withinMs });
  }

  /** Clears a timer, if it is there: with the unit of work that runs this code. */
  async clear({ process, saga }: SagaRef, name: string): Promise<void> {
    await this.store.clear({ process, saga, name });
  }

  start(): void {
    this.ticking = setInterval(() => this.tick(), this.settings.everyMs);
  }

  /** No timer begins to fire any more. */
  stop(): void {
    this.stopped = true;
    clearInterval(this.ticking);
  }

  /** Reads the gauge of overdue timers. */
  async measure(): Promise<void> {
    const overdue = await this.database.connection((client) => overdueTimers(client));
    this.measures.timersDue.reset();
    for (const [name, count] of overdue) this.measures.timersDue.set({ name }, count);
  }

  private tick(): void {
    if (this.looking) return;
    this.looking = true;
    this.look()
      .catch((error: unknown) => {
        if (!this.stopped && !isTransient(error) && !(error instanceof Stopping))
          this.logger.error({ msg: 'timers could not be looked at', error: textOf(error) });
      })
      .finally(() => (this.looking = false));
  }

  /** Fires what may fire; finds out what else may, as long as there is something to find out. */
  private async look(): Promise<void> {
    const names = [...this.handlers.keys()];
    while (names.length > 0 && !this.stopped) {
      const { patienceMs } = this;
      const limits = { limit: this.settings.maxItems, claimMs: patienceMs, awayMs: patienceMs, atLeastMs: 2 * patienceMs };
      const { timers, late, unread } = await this.database.connection((client) => claimTimers(client, names, limits));
      if (late > 0)
        this.logger.warn({
          msg: `${late} timers fire although not all that had been written by their time has been read: a partition is stuck`,
        });
      if (timers.length > 0) await this.fire(timers);
      else if (!unread || !(await this.watermark.advance())) return;
    }
  }

  private async fire(timers: readonly TimerRow[]): Promise<void> {
    const fired = new Set<TimerRow>();
    const failures = new Map<TimerRow, unknown>();
    const item = (timer: TimerRow): Item => ({
      is: 'start',
      ref: { process: timer.process, saga: timer.saga },
      style,
      work: async (publish) => {
        fired.delete(timer);
        if (!(await this.store.take({ ...timer, waitMs: this.settings.retryMs }))) return;
        await this.handlers.get(timer.name)?.(timer, publish);
        fired.add(timer);
      },
      failed: (error) => failures.set(timer, error),
      name: `timer ${timer.name}`,
    });
    for (const round of oneOfEachSaga(timers)) await this.submit(round.map(item));
    for (const timer of fired) if (!failures.has(timer)) this.measures.timersFired.inc({ name: timer.name });
    for (const [timer, error] of failures) {
      const { process, saga, name } = timer;
      this.logger.error({
        msg: `the timer ${name} was due and its handler failed; it is tried again`,
        process,
        saga,
        name,
        error: textOf(error),
      });
      await this.database.connection((client) =>
        postponeTimer(client, timer, this.settings.retryMs, Math.max(aMinute, this.settings.retryMs)),
      );
    }
  }
}

/** A timer does not know its saga's style; who publishes for an orchestrated saga says so. */
const style: Style = 'choreography';

/** For how long a replica has a timer to itself, and how long the broker may be silent before it counts as away. */
export const patienceOf = ({ everyMs }: Pick<TimersSettings, 'everyMs'>): number => 10 * everyMs;

/** Timers of one saga fire one after the other. */
export function oneOfEachSaga<T extends TimerKey>(timers: readonly T[]): T[][] {
  const rounds: T[][] = [];
  const times = new Map<string, number>();
  for (const timer of timers) {
    const round = times.get(sagaKey(timer)) ?? 0;
    times.set(sagaKey(timer), round + 1);
    (rounds[round] ??= []).push(timer);
  }
  return rounds;
}
