import { AsyncLocalStorage } from 'node:async_hooks';

/** A process of the simulated system: a replica of a service, from its start to its end. What it leaves running when it is killed never runs on. */
export class Process {
  alive = true;
  /** How far its clock is from the true time, in milliseconds. */
  skewMs = 0;
  private died: () => void = () => undefined;
  /** Resolves when it is killed. */
  readonly death = new Promise<void>((resolve) => (this.died = resolve));

  constructor(readonly name: string) {}

  kill(): void {
    this.alive = false;
    this.died();
  }

  /** Runs `work` as this process: what it starts belongs to it. */
  run<R>(work: () => R): R {
    return atTheRoot(() => running.run(this, work));
  }

  /** What a port answers a process: nothing any more, once it is dead. */
  answer<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      promise.then(
        (value) => this.alive && resolve(value),
        (error: unknown) => this.alive && reject(error as Error),
      );
    });
  }
}

const running = new AsyncLocalStorage<Process | undefined>();
/** Where nothing surrounds what runs: a unit of work that a dead process was in must not reach the one that follows it. */
const atTheRoot = AsyncLocalStorage.snapshot();

/** The process that this code belongs to; undefined: the world around them. */
export const runningProcess = (): Process | undefined => running.getStore();

/** Runs `work` as nobody's: it goes on whatever process dies. */
export const outsideProcesses = <R>(work: () => R): R => atTheRoot(work);

const turn = setImmediate;

/** Something to be done at a time. */
export class Alarm {
  constructor(
    readonly at: number,
    readonly order: number,
    readonly process: Process | undefined,
    readonly ring: () => void,
  ) {}
}

/**
 * The time of the simulated world, in milliseconds since 1970. It stands still while anything runs, and then leaps to the next alarm. Alarms of one time ring in the order
 * in which they were set, one after the other; before the next, everything that has been resolved has been followed.
 */
export class Clock {
  /** The next one last. */
  private readonly alarms: Alarm[] = [];
  private order = 0;
  private held = 0;

  constructor(public time: number) {}

  /** What the clock of the process that asks shows. */
  shown(): number {
    return Math.floor(this.time + (runningProcess()?.skewMs ?? 0));
  }

  /** Rings in the process, and with everything else that surrounds the caller, unless the process has died by then. */
  set(inMs: number, ring: () => void): Alarm {
    const alarm = new Alarm(this.time + inMs, this.order++, runningProcess(), AsyncLocalStorage.bind(ring));
    this.alarms.splice(this.placeOf(alarm), 0, alarm);
    return alarm;
  }

  clear(alarm: Alarm): void {
    const place = this.placeOf(alarm);
    if (this.alarms[place] === alarm) this.alarms.splice(place, 1);
  }

  /** Lets no time pass until the work is done: the machine's own, files for instance, whose time is not the simulated one. */
  async hold<T>(work: Promise<T>): Promise<T> {
    this.held++;
    try {
      return await work;
    } finally {
      this.held--;
    }
  }

  get isHeld(): boolean {
    return this.held > 0;
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.set(ms, resolve));
  }

  /** Lets time pass until `done`, or `atMostMs`; whether it was done. */
  async pass(atMostMs: number, done: () => boolean = () => false): Promise<boolean> {
    const end = this.time + atMostMs;
    for (;;) {
      // The event loop comes round when there is nothing left to be followed.
      do await new Promise<void>((resolve) => void turn(resolve));
      while (this.held > 0);
      if (done()) return true;
      const next = this.alarms.at(-1);
      if (!next || next.at > end) {
        this.time = end;
        return false;
      }
      this.alarms.pop();
      this.time = next.at;
      if (next.process?.alive !== false) next.ring();
    }
  }

  /** Where an alarm stands, or belongs. */
  private placeOf({ at, order }: Alarm): number {
    let [low, high] = [0, this.alarms.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.alarms[middle]!;
      if (other.at > at || (other.at === at && other.order > order)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
