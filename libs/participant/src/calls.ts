import { within } from '@duet/platform';
import { Logger } from '@nestjs/common';
import { type Call, callKey } from './call';
import type { Database } from './database.store';
import { textOf } from './errors';
import { renewLeases } from './held.rows.store';
import type { Answer, CallToMake } from './item';
import { callSpan } from './traces';

export interface CallsSettings {
  /** How long a call may go without its lease being renewed before another replica makes it again. */
  readonly leaseMs: number;
  /** Calls at once, not counting the slow ones; more wait their turn, with their lease kept. */
  readonly concurrency: number;
  /** After so long (milliseconds) a call is slow. */
  readonly slowMs: number;
  /** Calls that wait or are under way, slow ones among them. */
  readonly atMost: number;
}

/** How long (milliseconds) a stop waits for calls that have been aborted. */
const afterAbort = 1_000;

interface Running extends CallToMake {
  readonly abort: AbortController;
}

/**
 * Makes the outside calls that units have recorded, side by side: a slow one holds up only its own saga, so it gives up its place among those that are made at
 * once. Each is made under a lease; a call whose lease was lost is aborted, and its answer would not be recorded.
 */
export class Calls {
  private readonly logger = new Logger('Calls');
  private readonly waiting: Running[] = [];
  private readonly running = new Set<Running>();
  private readonly slow = new Set<Running>();
  private readonly promises = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly database: Database,
    private readonly settings: CallsSettings,
    private readonly make: (call: CallToMake, about: Call) => Promise<unknown>,
    private readonly answered: (call: CallToMake, answer: Answer) => Promise<void>,
  ) {}

  start(): void {
    this.timer = setInterval(() => {
      this.renew().catch((error: unknown) => this.logger.warn({ msg: 'leases of calls could not be renewed', error: textOf(error) }));
    }, this.settings.leaseMs / 3);
  }

  /** Calls under way, and calls that wait for their turn. */
  get size(): number {
    return this.running.size + this.waiting.length;
  }

  /** How many more calls may be recorded: what waits for its turn beyond that waits in the table, not in memory. */
  get room(): number {
    return this.stopped ? 0 : Math.max(this.settings.atMost - this.size, 0);
  }

  add(calls: readonly CallToMake[]): void {
    // After a stop they are left to their leases: another replica, or the next start, makes them.
    if (this.stopped) return;
    this.waiting.push(...calls.map((call) => ({ ...call, abort: new AbortController() })));
    this.next();
  }

  /** From now on no call is begun; those that wait are left to their leases. */
  beginNoMore(): void {
    this.stopped = true;
    this.waiting.length = 0;
  }

  /** Waits for the calls under way, at most `deadlineMs`; then aborts them, and leaves those that do not care. */
  async stop(deadlineMs: number): Promise<void> {
    this.beginNoMore();
    const abort = setTimeout(() => this.running.forEach((call) => call.abort.abort()), deadlineMs);
    let leave: NodeJS.Timeout | undefined;
    const deaf = new Promise<void>((resolve) => (leave = setTimeout(resolve, deadlineMs + afterAbort)));
    await Promise.race([Promise.all(this.promises), deaf]);
    clearTimeout(abort);
    clearTimeout(leave);
    clearInterval(this.timer);
  }

  private next(): void {
    while (this.running.size - this.slow.size < this.settings.concurrency) {
      const call = this.waiting.shift();
      if (!call) return;
      this.running.add(call);
      const slow = setTimeout(() => (this.slow.add(call), this.next()), this.settings.slowMs);
      const promise = this.one(call).finally(() => {
        clearTimeout(slow);
        this.slow.delete(call);
        this.running.delete(call);
        this.promises.delete(promise);
        this.next();
      });
      this.promises.add(promise);
    }
  }

  private async one(call: Running): Promise<void> {
    const { ref, task, action, abort, heldId, lease } = call;
    const of = task.ask.of;
    const about: Call = {
      key: callKey(ref, task.ask.step ?? task.name),
      ...(of !== undefined && { of: callKey(ref, of) }),
      action,
      facts: task.message.facts,
      signal: abort.signal,
    };
    const span = callSpan(task, ref);
    const result = await (span ? within(span, () => this.make(call, about)) : this.make(call, about)).then(
      (value): Answer['result'] => ({ ok: true, value }),
      (error: unknown): Answer['result'] => ({ ok: false, error }),
    );
    span?.end(result.ok ? undefined : result.error);
    await this.answered(call, { heldId, lease, task, result }).catch((error: unknown) =>
      // The row is still `calling`: when its lease ends, the call is made again with the same key.
      this.logger.warn({
        msg: 'the answer of an outside call could not be recorded; the call will be made again',
        saga: ref.saga,
        error: textOf(error),
      }),
    );
  }

  private async renew(): Promise<void> {
    const calls = [...this.running, ...this.waiting];
    if (calls.length === 0) return;
    const ours = await this.database.connection((client) =>
      renewLeases(
        client,
        calls.map(({ heldId, lease }) => ({ id: heldId, lease })),
        this.settings.leaseMs,
      ),
    );
    const lost = new Set(calls.filter(({ heldId }) => !ours.has(heldId)));
    for (const call of lost) call.abort.abort();
    // Those not begun are not begun at all: somebody else has them.
    this.waiting.splice(0, this.waiting.length, ...this.waiting.filter((call) => !lost.has(call)));
  }
}
