import { within } from '@duet/platform';
import { Logger } from '@nestjs/common';
import type { Database } from './database.store';
import { isTransient, rollback } from './database.store';
import { isRetryable, SlowHandler, Stopping, textOf } from './errors';
import { sagaKey } from './call';
import type { Measures } from './measures';
import { traceUnit } from './traces';
import { type Committed, type Item, startId, UnitFailed, type UnitSettings } from './item';
import { runUnit } from './unit';

export interface UnitsSettings extends UnitSettings {
  /** Messages in a unit at most. */
  readonly maxItems: number;
  /** How often a message that fails alone is tried at once before it is held. */
  readonly tries: number;
}

interface Job {
  readonly items: readonly Item[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Runs units of work, one after the other. What arrives while a unit runs makes the next one: one message when idle, many under load.
 * A unit that fails is split in halves until the failing message is alone; that one is tried a few times, then held with its reason.
 */
export class Units {
  private readonly logger = new Logger('Units');
  private readonly waiting: Job[] = [];
  private running: Promise<void> | undefined;
  private stopped = false;
  /** Until when (by `Date.now`) a unit that the database cannot run is run again. */
  private patience = Infinity;
  /** Why the database cannot be used now; undefined while it can. */
  trouble: string | undefined;

  constructor(
    private readonly database: Database,
    private readonly settings: UnitsSettings,
    private readonly committed: (unit: Committed) => Promise<void>,
    private readonly measures: Measures,
  ) {}

  /** Resolves when the items' unit is committed. Items of one saga are handled in the order in which they were submitted. */
  submit(items: readonly Item[]): Promise<void> {
    if (items.length === 0) return Promise.resolve();
    if (this.stopped) return Promise.reject(new Stopping());
    return new Promise((resolve, reject) => {
      this.waiting.push({ items, resolve, reject });
      // It works for everybody, and not as a part of who came first.
      this.running ??= within(undefined, () => this.work());
    });
  }

  /** The service is about to stop: what the database cannot run within this time is given back with `Stopping`. */
  finishWithin(ms: number): void {
    this.patience = Math.min(this.patience, Date.now() + ms);
  }

  /** Finishes what was submitted, as far as the database allows, and takes no more. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.finishWithin(0);
    while (this.running) await this.running;
  }

  private async work(): Promise<void> {
    // What was submitted in this very turn belongs into the same unit.
    await new Promise((resolve) => setImmediate(resolve));
    for (;;) {
      const jobs = this.take();
      if (jobs.length === 0) {
        // At once, and not when this promise is seen to be done: who submits in between would wait for nobody.
        this.running = undefined;
        return;
      }
      try {
        await this.runSplitting(jobs.flatMap(({ items }) => items));
        for (const { resolve } of jobs) resolve();
      } catch (error) {
        for (const { reject } of jobs) reject(error);
      }
    }
  }

  private take(): Job[] {
    let size = 0;
    const fits = this.waiting.findIndex(({ items }, place) => (size += items.length) > this.settings.maxItems && place > 0);
    return this.waiting.splice(0, fits < 0 ? this.waiting.length : fits);
  }

  private async runSplitting(items: readonly Item[]): Promise<void> {
    try {
      await this.runWhenPossible(items, new Map());
    } catch (error) {
      if (!(error instanceof UnitFailed)) throw error;
      if (items.length > 1) {
        for (const part of partsOf(items, error)) await this.runSplitting(part);
      } else await this.runAlone(items, error);
    }
  }

  /** The failing item is alone: it is tried a few times more, then what fails in it is held, and the rest of its saga behind it. */
  private async runAlone(items: readonly Item[], first: UnitFailed): Promise<void> {
    const failing = new Map<string, unknown>();
    let failed = first;
    for (let tried = 1; ; tried++) {
      const hopeless = [...failed.failures.values()].some((error) => !isRetryable(error));
      if (hopeless || tried >= this.settings.tries) {
        if (this.tellStarts(items, failed)) return;
        // What is held already cannot fail again; if it seems to, holding it once more would go on for ever.
        if ([...failed.failures.keys()].every((id) => failing.has(id))) throw failed;
        for (const [id, error] of failed.failures) failing.set(id, error);
        tried = 0;
      }
      try {
        return await this.runWhenPossible(items, failing);
      } catch (error) {
        if (!(error instanceof UnitFailed)) throw error;
        failed = error;
      }
    }
  }

  /** Who asked over REST is told, and nothing is stored. */
  private tellStarts(items: readonly Item[], { failures }: UnitFailed): boolean {
    const told = items.filter((item) => item.is === 'start' && failures.has(startId(item.ref)));
    for (const item of told) if (item.is === 'start') item.failed(failures.get(startId(item.ref)));
    return told.length > 0;
  }

  /** A failure of the connection, the server or a lock says nothing about the messages: the unit is run again until it can be, or the service stops. */
  private async runWhenPossible(items: readonly Item[], failing: ReadonlyMap<string, unknown>): Promise<void> {
    for (let pause = 50; ; pause = Math.min(pause * 2, 2_000)) {
      try {
        await this.runOnce(items, failing);
        this.trouble = undefined;
        return;
      } catch (error) {
        if (!isTransient(error)) throw error;
        this.trouble = textOf(error);
        this.logger.warn({ msg: 'a unit of work could not be run and is run again', items: items.length, error: textOf(error) });
        if (Date.now() + pause > this.patience) throw new Stopping();
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }

  private async runOnce(items: readonly Item[], failing: ReadonlyMap<string, unknown>): Promise<void> {
    const end = this.measures.unitStarted(items.length);
    const unit = await this.database.connection(async (client) => {
      const trace = traceUnit(items, client);
      try {
        const done = await (trace
          ? trace.around(() => runUnit(client, items, failing, this.settings, trace))
          : runUnit(client, items, failing, this.settings));
        trace?.end();
        return done;
      } catch (error) {
        await rollback(client);
        trace?.end(error);
        throw error;
      }
    });
    end();
    await this.committed(unit);
  }
}

/**
 * Halves: an SQL error fails everybody's statements, so nobody knows whose it was. Of a slow handler one does, and each look for it costs seconds: the sagas of the others come first.
 */
function partsOf(items: readonly Item[], { failures }: UnitFailed): (readonly Item[])[] {
  if ([...failures.values()].every((error) => error instanceof SlowHandler)) {
    const slow = new Set(items.filter((item) => isAmong(item, failures)).map(({ ref }) => sagaKey(ref)));
    const others = items.filter(({ ref }) => !slow.has(sagaKey(ref)));
    if (slow.size > 0 && others.length > 0) return [others, items.filter(({ ref }) => slow.has(sagaKey(ref)))];
  }
  const half = Math.ceil(items.length / 2);
  return [items.slice(0, half), items.slice(half)];
}

function isAmong(item: Item, failures: ReadonlyMap<string, unknown>): boolean {
  switch (item.is) {
    case 'message':
      return [...failures.keys()].some((id) => id.startsWith(`${item.message.id}#`));
    case 'visit':
      return item.answers.some(({ heldId }) => failures.has(heldId));
    case 'start':
      return failures.has(startId(item.ref));
    case 'decision':
      return failures.has(item.heldId);
  }
}
