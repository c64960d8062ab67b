import { setImmediate } from 'node:timers/promises';
import { type ConsumeOptions, defaultMaxMessages, type IncomingMessage } from './broker';

/** What a fetch brought of one partition, in order. */
export interface Fetched {
  readonly topic: string;
  readonly partition: number;
  readonly messages: readonly IncomingMessage[];
  /** True when the messages are not ours any more: the partition was taken away, or will be fetched again from elsewhere. */
  stale(): boolean;
}

/** What became of what was fetched. */
export interface Handled {
  /** The last offset that is done. Undefined: nothing is. */
  readonly upTo: string | undefined;
  /** Set when the rest was rejected: fetch it again, but only after so many milliseconds. */
  readonly again?: number;
}

export interface NextOffset {
  readonly topic: string;
  readonly partition: number;
  /** The offset of the next message to read. */
  readonly offset: string;
}

interface Waiting {
  readonly fetched: Fetched;
  readonly name: string;
  taken: number;
  readonly resolve: (handled: Handled) => void;
  readonly reject: (error: unknown) => void;
}

/** Milliseconds: short enough that a hiccup is not felt, long enough that a database which is down is not hammered. */
const firstPause = 100;
const longestPause = 5_000;

/**
 * Joins what arrives partition by partition into polls: one call of onMessages at a time, with at most maxMessages, then one commit.
 * While a call runs, what arrives waits for the next one; so there is one message when idle and many under load, and nobody waits for a poll to fill.
 */
export class Polls {
  private queue: Waiting[] = [];
  /** How often in a row a partition was rejected. Such a partition is polled by itself until it succeeds. */
  private readonly rejections = new Map<string, number>();
  private running: Promise<void> | undefined;
  private phase: 'open' | 'stopping' | 'released' = 'open';
  private interruption: { error: unknown } | undefined;
  private readonly maxMessages: number;
  /** When the running call of onMessages began, for those who wonder why nothing happens. */
  callingSince: Date | undefined;

  constructor(
    private readonly options: Pick<ConsumeOptions, 'maxMessages' | 'onMessages'> & {
      commit(offsets: readonly NextOffset[]): Promise<void>;
      rejected?(error: unknown, messages: readonly IncomingMessage[]): void;
    },
  ) {
    this.maxMessages = options.maxMessages ?? defaultMaxMessages;
  }

  /** Resolves when the messages are handled, rejected or dropped. Rejects when their offsets could not be committed, or with the error of `interrupt`. */
  add(fetched: Fetched): Promise<Handled> {
    if (this.phase === 'released' || fetched.messages.length === 0) return Promise.resolve({ upTo: undefined });
    return new Promise((resolve, reject) => {
      this.queue.push({ fetched, name: `${fetched.topic}/${fetched.partition}`, taken: 0, resolve, reject });
      this.run();
    });
  }

  /** After the running call and its commit, hands everything back with this error: the group is being dealt out anew. */
  interrupt(error: unknown): void {
    if (this.running) this.interruption ??= { error };
  }

  /** No new calls. Resolves when the running one is done and committed. What waits keeps waiting until `release`, so that nobody fetches it again in a hurry. */
  async stop(): Promise<void> {
    if (this.phase === 'open') this.phase = 'stopping';
    await this.running;
  }

  /** Hands back what still waits, and from now on everything at once. */
  release(): void {
    this.phase = 'released';
    for (const waiting of this.queue.splice(0)) this.give(waiting);
  }

  private run(): void {
    this.running ??= this.loop().finally(() => {
      this.running = undefined;
      this.interruption = undefined;
      if (this.queue.length > 0 && this.phase === 'open') this.run();
    });
  }

  private async loop(): Promise<void> {
    while (this.queue.length > 0 && this.phase === 'open') {
      // The other partitions of the same fetch are handed over in the same turn of the event loop, but one after the other.
      await setImmediate();
      if (this.interruption) return this.handBack(this.interruption.error);
      this.queue = this.queue.filter((waiting) => !waiting.fetched.stale() || this.give(waiting));
      const poll = this.take();
      if (poll.length > 0) await this.call(poll);
    }
    if (this.interruption) this.handBack(this.interruption.error);
  }

  /** Shares maxMessages out among the partitions that wait, or gives them all to one that was rejected before. */
  private take(): { waiting: Waiting; messages: readonly IncomingMessage[] }[] {
    const [first] = this.queue;
    if (!first || this.phase !== 'open') return [];
    const joined = this.rejections.has(first.name) ? [first] : this.queue.filter(({ name }) => !this.rejections.has(name));
    // From the shortest to the longest: what a short one leaves over goes to the others.
    const left = (waiting: Waiting) => waiting.fetched.messages.length - waiting.taken;
    const sorted = [...joined].sort((a, b) => left(a) - left(b));
    let room = this.maxMessages;
    const poll = sorted.map((waiting, index) => {
      const share = Math.min(left(waiting), Math.ceil(room / (sorted.length - index)));
      room -= share;
      return { waiting, messages: waiting.fetched.messages.slice(waiting.taken, waiting.taken + share) };
    });
    return poll.filter(({ messages }) => messages.length > 0);
  }

  private async call(poll: { waiting: Waiting; messages: readonly IncomingMessage[] }[]): Promise<void> {
    const messages = poll.flatMap((part) => part.messages);
    this.callingSince = new Date();
    try {
      await this.options.onMessages(messages);
    } catch (error) {
      this.options.rejected?.(error, messages);
      for (const { waiting } of poll) this.again(waiting);
      return;
    } finally {
      this.callingSince = undefined;
    }
    const ours = poll.filter(({ waiting }) => !waiting.fetched.stale());
    for (const { waiting, messages } of ours) {
      waiting.taken += messages.length;
      this.rejections.delete(waiting.name);
    }
    try {
      const offsets = ours.map(({ waiting }) => ({ ...partitionOf(waiting), offset: String(BigInt(lastOf(waiting) ?? 0) + 1n) }));
      if (offsets.length > 0) await this.options.commit(offsets);
    } catch (error) {
      return this.handBack(error);
    }
    for (const { waiting } of poll) if (waiting.taken === waiting.fetched.messages.length) this.drop(waiting);
  }

  private again(waiting: Waiting): void {
    const times = (this.rejections.get(waiting.name) ?? 0) + 1;
    this.rejections.set(waiting.name, times);
    const again = Math.min(firstPause * 2 ** (times - 1), longestPause);
    this.queue = this.queue.filter((other) => other !== waiting);
    waiting.resolve({ upTo: lastOf(waiting), again });
  }

  private drop(waiting: Waiting): void {
    this.queue = this.queue.filter((other) => other !== waiting);
    this.give(waiting);
  }

  private give(waiting: Waiting): false {
    waiting.resolve({ upTo: waiting.fetched.stale() ? undefined : lastOf(waiting) });
    return false;
  }

  private handBack(error: unknown): void {
    this.interruption = undefined;
    for (const waiting of this.queue.splice(0)) waiting.reject(error);
  }
}

const partitionOf = ({ fetched: { topic, partition } }: Waiting) => ({ topic, partition });
const lastOf = ({ fetched, taken }: Waiting) => fetched.messages[taken - 1]?.offset;
