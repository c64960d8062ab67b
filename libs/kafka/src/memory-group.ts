import { setImmediate } from 'node:timers/promises';
import type { ConsumeOptions, Consumption, ConsumptionState, Offsets } from './broker';
import type { Topics } from './memory';
import { Polls } from './polls';

interface Share {
  readonly topic: string;
  readonly partition: number;
}
const nameOf = ({ topic, partition }: Share) => `${topic}/${partition}`;

/** As many messages of a partition as one fetch of the twin brings: enough that a poll has to be cut. */
const fetchSize = 1_000;

/** The readers of one group: who reads which partition, and how far it was read. */
export class Group {
  private readonly offsets = new Map<string, bigint>();
  private members: Member[] = [];
  private dealing: Promise<void> = Promise.resolve();

  constructor(private readonly topics: Topics) {}

  join(options: ConsumeOptions): Consumption {
    const member: Member = new Member(this.topics, this.offsets, options, () => this.leave(member));
    this.members = [...this.members, member];
    void this.deal();
    return member;
  }

  get readers(): number {
    return this.members.length;
  }

  committed(topic: string): Offsets {
    const partitions = this.topics.partitionsOf(topic).keys();
    return new Map(
      [...partitions].flatMap((partition) => {
        const offset = this.offsets.get(nameOf({ topic, partition }));
        return offset === undefined ? [] : [[partition, offset] as const];
      }),
    );
  }

  private leave(member: Member): Promise<void> {
    this.members = this.members.filter((other) => other !== member);
    return this.deal();
  }

  /** As Kafka does it: all readers put down what they hold, then the partitions are dealt out anew. */
  private deal(): Promise<void> {
    this.dealing = this.dealing.then(async () => {
      const members = this.members;
      await Promise.all(members.map((member) => member.putDown()));
      const topics = [...new Set(members.flatMap((member) => member.options.topics))];
      const all = topics.flatMap((topic) => [...this.topics.partitionsOf(topic).keys()].map((partition) => ({ topic, partition })));
      const hands = new Map<Member, Share[]>(members.map((member) => [member, []]));
      for (const [index, share] of all.entries()) {
        const readers = members.filter((member) => member.options.topics.includes(share.topic));
        hands.get(readers[index % readers.length]!)?.push(share);
      }
      for (const [member, shares] of hands) member.pickUp(shares);
    });
    return this.dealing;
  }
}

/** One reader: a loop that fetches from its partitions what it has not read, as kafkajs does. */
class Member implements Consumption {
  private readonly polls: Polls;
  private generation = 0;
  private shares: readonly Share[] = [];
  private readonly paused = new Set<string>();
  private fetching: Promise<void> = Promise.resolve();
  private wake: () => void = () => undefined;
  private stopped: Promise<void> | undefined;
  private current: ConsumptionState = { name: 'joining', since: new Date(), text: 'waits for its partitions' };

  constructor(
    private readonly topics: Topics,
    private readonly offsets: Map<string, bigint>,
    readonly options: ConsumeOptions,
    private readonly leave: () => Promise<void>,
  ) {
    this.polls = new Polls({
      ...options,
      commit: async (next) => next.forEach((share) => this.offsets.set(nameOf(share), BigInt(share.offset))),
    });
  }

  state(): ConsumptionState {
    return this.current;
  }

  stop(): Promise<void> {
    this.stopped ??= (async () => {
      await this.polls.stop();
      this.generation++;
      this.polls.release();
      this.wake();
      await this.leave();
      this.current = { name: 'stopped', since: new Date(), text: 'was stopped' };
    })();
    return this.stopped;
  }

  /** Stops fetching, finishes the running call, and gives the rest back. */
  async putDown(): Promise<void> {
    this.generation++;
    this.wake();
    await this.fetching;
  }

  pickUp(shares: readonly Share[]): void {
    if (this.stopped) return;
    this.shares = shares;
    this.current = { name: 'consuming', since: new Date(), text: `reads ${shares.length} partitions` };
    this.fetching = this.loop(++this.generation);
  }

  private async loop(generation: number): Promise<void> {
    const stopListening = this.topics.onAppend(() => this.wake());
    while (generation === this.generation) {
      const batches = this.fetch();
      if (batches.length > 0) await Promise.allSettled(batches.map((batch) => this.handle(batch, () => generation !== this.generation)));
      else await new Promise<void>((resolve) => (this.wake = resolve));
      // What is sent in one turn of the event loop is fetched together.
      await setImmediate();
    }
    stopListening();
  }

  private fetch() {
    return this.shares
      .filter((share) => !this.paused.has(nameOf(share)))
      .map(({ topic, partition }) => {
        const from = Number(this.offsets.get(nameOf({ topic, partition })) ?? 0n);
        return { topic, partition, messages: this.topics.partitionsOf(topic)[partition]!.slice(from, from + fetchSize) };
      })
      .filter(({ messages }) => messages.length > 0);
  }

  private async handle(batch: ReturnType<Member['fetch']>[number], stale: () => boolean): Promise<void> {
    const { again } = await this.polls.add({ ...batch, stale });
    if (again === undefined) return;
    this.paused.add(nameOf(batch));
    setTimeout(() => {
      this.paused.delete(nameOf(batch));
      this.wake();
    }, again);
  }
}
