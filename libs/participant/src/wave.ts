import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * A wave: the handlers of many sagas running side by side in one transaction, one message each. Store calls that they make meanwhile are
 * joined and flushed when every handler that still runs is waiting for one, as a data loader does, but exactly: nothing is flushed by a timer.
 */
export class Wave<Resources> {
  /** All its handlers have ended: what they left running has no transaction any more. */
  over = false;
  private running = 0;
  private waiting = 0;
  private readonly joined = new Map<object, Group<Resources>>();

  private constructor(readonly resources: Resources) {}

  /** Runs the handlers; each settles by itself, or, when there are no resources any more, fails with what `lost` says: of one that waits for a joined call, and of one that does something else. */
  static async run<Resources, R>(
    resources: Resources,
    handlers: readonly (() => Promise<R>)[],
    lost: Promise<(waits: boolean) => Error> = new Promise(() => undefined),
  ): Promise<PromiseSettledResult<R>[]> {
    const wave = new Wave(resources);
    wave.running = handlers.length;
    const results = await Promise.all(
      handlers.map((handler, place) => {
        const slot: Slot = { wave: wave as Wave<unknown>, place, calls: 0 };
        const running = current.run(slot, async () => {
          try {
            return await handler();
          } finally {
            wave.running--;
            wave.flushWhenAllWait();
          }
        });
        return settled(Promise.race([running, lost.then((reason) => Promise.reject(reason(slot.calls > 0)))]));
      }),
    );
    wave.over = true;
    return results;
  }

  /** The wave in which this code runs. */
  static current(): Wave<unknown> | undefined {
    return current.getStore()?.wave;
  }

  /** Adds a call to the ones of the same work in this wave. */
  join<A, R>(work: Joined<Resources, A, R>, argument: A): Promise<R> {
    const slot = current.getStore();
    return new Promise<R>((resolve, reject) => {
      let group = this.joined.get(work) as Group<Resources, A, R> | undefined;
      if (!group) this.joined.set(work, (group = { work, calls: [] }) as unknown as Group<Resources>);
      if (slot && slot.calls++ === 0) this.waiting++;
      const settle =
        <T>(how: (value: T) => void) =>
        (value: T) => {
          if (slot && --slot.calls === 0) this.waiting--;
          how(value);
        };
      group.calls.push({ place: slot?.place ?? 0, argument, resolve: settle(resolve), reject: settle(reject) });
      // A handler may make several calls at once (Promise.all): let it make them all.
      queueMicrotask(() => this.flushWhenAllWait());
    });
  }

  private flushWhenAllWait(): void {
    if (this.waiting < this.running || this.joined.size === 0) return;
    const groups = [...this.joined.values()];
    this.joined.clear();
    for (const { work, calls } of groups) {
      // In the order of the handlers, however long each took to come to its call: a batch ends as if they had run one by one.
      calls.sort((a, b) => a.place - b.place);
      work(
        this.resources,
        calls.map((call) => call.argument),
      ).then(
        (results) => calls.forEach((call, place) => call.resolve(results[place])),
        (error: unknown) => calls.forEach((call) => call.reject(error)),
      );
    }
  }
}

const settled = async <R>(promise: Promise<R>): Promise<PromiseSettledResult<R>> => (await Promise.allSettled([promise]))[0];

/** Work on many arguments at once; as many results, in the same order. */
export type Joined<Resources, A, R> = (resources: Resources, calls: readonly A[]) => Promise<readonly R[]>;

interface Slot {
  readonly wave: Wave<unknown>;
  /** Its handler's place among the handlers: the order of arrival. */
  readonly place: number;
  /** Joined calls that this handler waits for. */
  calls: number;
}
interface Group<Resources, A = unknown, R = unknown> {
  readonly work: Joined<Resources, A, R>;
  readonly calls: { place: number; argument: A; resolve: (result: R) => void; reject: (error: unknown) => void }[];
}

const current = new AsyncLocalStorage<Slot>();
