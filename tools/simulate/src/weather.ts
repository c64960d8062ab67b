import { Chance } from './chance';
import { type Clock, type Process } from './clock';
import type { Fault } from './options.mjs';
import type { Plan } from './plan';
import type { Passage } from './postgres.store';
import type { Trace } from './trace';

/** How a send ends. `part`: some partitions have stored their messages, others have not; the sender is told that it failed. */
export type SendFate = 'stored' | 'lost-before' | 'lost-after' | 'part';

/** How long a caller waits for the outside world, in milliseconds. */
const patienceMs = 30_000;

/** Decides what goes wrong, and when, as its seed says. Each kind of fault has random numbers of its own. */
export class Weather {
  /** Nothing goes wrong before it is rough, nor afterwards. */
  private rough = false;
  private readonly chances = new Map<string, Chance>();
  private readonly fuses = new Map<Process, number>();
  private readonly stalled = new Set<string>();
  private isAway = false;
  /** Faults so far, by kind. */
  readonly happened = new Map<Fault, number>();

  constructor(
    private readonly plan: Plan,
    private readonly clock: Clock,
    private readonly trace: Trace,
    /** What dies, and what has a clock that can jump. */
    private readonly world: {
      processes(): readonly Process[];
      hosts(): readonly Process[];
      partitions(): readonly string[];
      crash(process: Process): void;
      stop(process: Process): void;
    },
  ) {}

  /** Begins; ends by itself when it has been rough for as long as the plan says. */
  begin(): void {
    this.rough = true;
    this.clock.set(this.plan.roughMs, () => {
      this.rough = false;
      this.fuses.clear();
      this.trace.say('quiet from here on');
    });
    this.everyNowAndThen('crash', 2_500, () => {
      const process = this.of('crash').pick(this.world.processes());
      const fuse = this.of('crash').below(40);
      if (process && this.hits('crash', 0.6)) this.fuses.set(process, fuse);
    });
    this.everyNowAndThen('stopped', 6_000, () => {
      const process = this.of('stopped').pick(this.world.processes());
      if (process && this.hits('stopped', 0.6)) this.world.stop(process);
    });
    this.everyNowAndThen('stalled', 2_500, () => {
      const [partition, forMs] = [this.of('stalled').pick(this.world.partitions()), this.of('stalled').between(200, 12_000)];
      if (!partition || !this.hits('stalled', 0.7)) return;
      this.trace.say(`${partition} stands still for ${Math.round(forMs)} ms`);
      this.stalled.add(partition);
      this.clock.set(forMs, () => this.stalled.delete(partition));
    });
    this.everyNowAndThen('away', 8_000, () => {
      const forMs = this.of('away').between(500, 15_000);
      if (!this.hits('away', 0.3)) return;
      this.trace.say(`the broker is away for ${Math.round(forMs)} ms`);
      this.isAway = true;
      this.clock.set(forMs, () => (this.isAway = false));
    });
    this.everyNowAndThen('clock', 4_000, () => {
      const chance = this.of('clock');
      const isHost = chance.happens(0.3);
      const process = chance.pick(isHost ? this.world.hosts() : this.world.processes());
      const size = 10 ** chance.between(2, 6.5);
      const back = chance.happens(0.5);
      if (!process || !this.hits('clock', 0.7)) return;
      // A database's clock that went back an hour would only make everybody wait for an hour.
      const by = Math.round(back ? -(isHost ? Math.min(size, 20_000) : size) : size);
      process.skewMs += by;
      this.trace.say(`its clock jumps by ${by} ms`, process.name);
    });
  }

  /** A place where a process may die. */
  point(process: Process): void {
    const fuse = this.fuses.get(process);
    if (fuse === undefined || !process.alive) return;
    this.fuses.set(process, fuse - 1);
    if (fuse > 0) return;
    this.fuses.delete(process);
    this.world.crash(process);
  }

  /** How long the database takes for a request, in milliseconds. */
  databaseMs(): number {
    const ms = this.of('latency').between(0.1, 1.5);
    return this.hits('late', 0.002) ? 1_000 * ms : ms;
  }

  passage(process: Process): Passage {
    this.point(process);
    if (!this.hits('database', 0.003)) return 'done';
    const passage = this.of('database').pick(['lost-before', 'lost-after', 'deadlock'] as const);
    this.trace.say(`the database: ${passage}`, process.name);
    return passage;
  }

  /** How long a send takes, in milliseconds. */
  sendMs(): number {
    const ms = this.of('latency').between(0.2, 4);
    return this.hits('late', 0.03) ? 2_000 * ms : ms;
  }

  send(): SendFate {
    if (this.isAway) return 'lost-before';
    return this.hits('lost', 0.05) ? this.of('lost').pick(['lost-before', 'lost-after', 'part'] as const) : 'stored';
  }

  get isRough(): boolean {
    return this.rough;
  }

  away(): boolean {
    return this.isAway;
  }

  /** Whether a message of before is said once more when all is over. */
  isRepeated(): boolean {
    return this.plan.faults.has('doubled') && this.of('repeated').happens(0.2);
  }

  /** After how many milliseconds a message is stored once more, if it is. */
  againAfterMs(): number | undefined {
    const ms = this.of('doubled').between(0, 60_000) ** this.of('doubled').between(0.5, 1);
    return this.hits('doubled', 0.05) ? ms : undefined;
  }

  isStalled(partition: string): boolean {
    return this.stalled.has(partition);
  }

  /** The same partitions, in the order in which they come. */
  order<T>(partitions: readonly T[]): readonly T[] {
    const shuffled = this.of('reordered').shuffled(partitions);
    return partitions.length > 1 && this.hits('reordered', 0.5) ? shuffled : partitions;
  }

  comesAgain(): boolean {
    return this.hits('replayed', 0.03);
  }

  /** A call to the outside world: `effect` is what it does there. */
  async call<R>(
    process: Process,
    what: string,
    effect: () => Promise<R>,
    failed: (text: string) => Error,
    signal?: AbortSignal,
  ): Promise<R> {
    const chance = this.of('outside');
    const kind = chance.pick(['refused', 'unheard', 'late effect', 'slow'] as const);
    const [there, late] = [chance.between(1, 40), chance.between(2_000, 45_000)];
    const fate = this.hits('outside', 0.3) ? kind : 'ok';
    this.trace.say(`calls: ${what}${fate === 'ok' ? '' : ` (${fate})`}`, process.name);
    this.point(process);
    const work = async (): Promise<R> => {
      await this.clock.pause(there);
      if (fate === 'refused') throw failed('the simulated outside world did not take it');
      if (fate === 'late effect') {
        this.clock.set(late, () => void effect().catch(() => undefined));
        await this.clock.pause(patienceMs);
        throw failed('the simulated outside world gave no answer');
      }
      const result = await effect();
      this.point(process);
      if (fate === 'unheard') throw failed('the answer of the simulated outside world was lost');
      if (fate === 'slow') await this.clock.pause(late);
      return result;
    };
    if (!signal) return work();
    return Promise.race([
      work(),
      new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(failed('the call was given up')), { once: true })),
    ]);
  }

  private everyNowAndThen(fault: Fault, ms: number, work: () => void): void {
    if (!this.plan.faults.has(fault)) return;
    const next = (): void => {
      this.clock.set(this.of(`when ${fault}`).between(0, 2 * ms), () => {
        if (!this.rough) return;
        work();
        next();
      });
    };
    next();
  }

  /** Whether it happens: drawn in any case, so that what is left out does not shift the rest. */
  private hits(fault: Fault, probability: number): boolean {
    const would = this.of(`whether ${fault}`).happens(probability);
    const total = [...this.happened.values()].reduce((sum, count) => sum + count, 0);
    if (!would || !this.rough || !this.plan.faults.has(fault) || total >= this.plan.atMost) return false;
    this.happened.set(fault, (this.happened.get(fault) ?? 0) + 1);
    return true;
  }

  private of(purpose: string): Chance {
    const chance = this.chances.get(purpose) ?? new Chance(this.plan.seed, purpose);
    this.chances.set(purpose, chance);
    return chance;
  }
}
