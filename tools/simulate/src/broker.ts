import {
  type Broker,
  BrokerClosed,
  BrokerUnavailable,
  type IncomingMessage,
  type MemoryCluster,
  NotStored,
  type OutgoingMessage,
} from '@duet/kafka';
import { type Clock, outsideProcesses, type Process } from './clock';
import type { Trace } from './trace';
import type { Weather } from './weather';

/** A message that was stored, as the log has it. */
export interface Stored {
  readonly message: OutgoingMessage;
  readonly source: string;
  readonly id: string;
  readonly type: string;
  readonly seq: number;
}

/** The broker of the simulated world: the in-memory twin, and what the weather makes of it. */
export class Kafka {
  /** In the order in which it was stored, over all topics. */
  readonly log: Stored[] = [];
  /** What each group reads. */
  private readonly groups = new Map<string, readonly string[]>();
  /** Partitions that something has come from, by group. */
  private readonly readers = new Map<string, Set<string>>();

  constructor(
    private readonly cluster: MemoryCluster,
    private readonly clock: Clock,
    private readonly weather: Weather,
    private readonly trace: Trace,
  ) {}

  /** Each partition of each group. */
  partitions(): readonly string[] {
    return [...this.readers].flatMap(([group, partitions]) => [...partitions].map((partition) => `${group} ${partition}`)).sort();
  }

  store(message: OutgoingMessage, how = 'stored'): void {
    const text = (name: string): string => message.headers[name]?.toString() ?? '';
    const stored = { message, source: text('ce_source'), id: text('ce_id'), type: text('ce_type'), seq: Number(text('ce_seq')) };
    this.log.push(stored);
    this.trace.say(
      `${how}: ${stored.type || message.topic} ${stored.source}#${stored.seq} of ${message.key} (${stored.id.slice(0, 8)})`,
      'broker',
    );
    this.trace.note(JSON.stringify(message));
    this.cluster.append(message.topic, message);
  }

  /** Whether every group has read everything. */
  async isRead(): Promise<boolean> {
    const twin = this.cluster.broker();
    for (const [group, topics] of this.groups) {
      for (const topic of topics) {
        const committed = await twin.committedOffsets(group, topic);
        for (const [partition, end] of await twin.endOffsets(topic)) if ((committed.get(partition) ?? 0n) < end) return false;
      }
    }
    return true;
  }

  /** Stores messages of before once more. */
  repeat(): void {
    for (const { message } of [...this.log]) if (message.key !== '' && this.weather.isRepeated()) this.store(message, 'stored again');
  }

  brokerOf(process: Process): Broker {
    const twin = this.cluster.broker();
    const outside = <R>(work: () => Promise<R>): Promise<R> => process.answer(outsideProcesses(work));
    const asked = <R>(work: () => Promise<R>): Promise<R> =>
      outside(async () => {
        if (this.weather.away()) throw unavailable();
        return work();
      });
    let sending: Promise<unknown> = Promise.resolve();
    return {
      send: (messages) => {
        const sent = sending.then(() => outside(() => this.send(process, messages)));
        sending = sent.catch(() => undefined);
        return sent;
      },
      consume: (options) =>
        outside(async () => {
          this.groups.set(options.group, options.topics);
          const reader = await twin.consume({
            ...options,
            onMessages: (messages) => this.deliver(process, options, messages),
          });
          void process.death.then(() => reader.stop());
          return { state: () => reader.state(), stop: () => outside(() => reader.stop()) };
        }),
      ensureTopics: (topics) => outside(() => twin.ensureTopics(topics)),
      endOffsets: (topic) => asked(() => twin.endOffsets(topic)),
      firstOffsets: (topic) => asked(() => twin.firstOffsets(topic)),
      committedOffsets: (group, topic) => asked(() => twin.committedOffsets(group, topic)),
      topicNames: () => asked(() => twin.topicNames()),
      readersOf: (group) => asked(() => twin.readersOf(group)),
      keptAtMostMs: (topics) => asked(() => twin.keptAtMostMs(topics)),
      close: () => outside(() => twin.close()),
    };
  }

  private async send(process: Process, messages: readonly OutgoingMessage[]): Promise<void> {
    const [ms, fate] = [this.weather.sendMs(), this.weather.send()];
    this.weather.point(process);
    if (!process.alive) return;
    // From here on it is under way, and arrives even if the sender dies.
    await this.clock.pause(ms / 2);
    if (fate === 'lost-before') throw notStored(messages);
    const lost = fate === 'part' ? messages.at(-1)?.topic : undefined;
    for (const message of messages) {
      if (message.topic === lost) continue;
      this.store(message);
      const again = this.weather.againAfterMs();
      if (again !== undefined) this.clock.set(again, () => this.store(message, 'stored again'));
    }
    this.weather.point(process);
    await this.clock.pause(ms / 2);
    if (fate !== 'stored') {
      this.trace.say(`is told that nothing was stored (${fate})`, process.name);
      throw notStored(messages);
    }
  }

  private async deliver(
    process: Process,
    { group, onMessages }: Parameters<Broker['consume']>[0],
    messages: readonly IncomingMessage[],
  ): Promise<void> {
    const partitions = new Map<string, IncomingMessage[]>();
    for (const message of messages) {
      const name = `${message.topic}/${message.partition}`;
      partitions.set(name, [...(partitions.get(name) ?? []), message]);
    }
    const known = this.readers.get(group) ?? new Set();
    for (const name of partitions.keys()) known.add(name);
    this.readers.set(group, known);
    if (this.weather.away() || [...partitions.keys()].some((name) => this.weather.isStalled(`${group} ${name}`))) throw unavailable();
    const poll = this.weather.order([...partitions.values()]).flat();
    const again = this.weather.comesAgain();
    this.trace.say(`polls ${poll.map(({ topic, partition, offset }) => `${topic}/${partition}@${offset}`).join(' ')}`, process.name);
    this.weather.point(process);
    if (process.alive) await Promise.race([process.run(() => onMessages(poll)), process.death]);
    if (process.alive) this.weather.point(process);
    if (!process.alive) throw new BrokerClosed();
    if (again) {
      this.trace.say('its offsets are not committed: the same will come again', process.name);
      throw unavailable();
    }
  }
}

const cause = 'the weather of the simulation';
const unavailable = () => new BrokerUnavailable(['simulated'], 'being asked', cause);
const notStored = (messages: readonly OutgoingMessage[]) =>
  new NotStored([...new Set(messages.map(({ topic }) => topic))], { cause, retryable: true });
