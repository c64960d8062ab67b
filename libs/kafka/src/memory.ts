import type { Broker, Consumption, HeaderValue, IncomingMessage, Offsets, OutgoingMessage, TopicSpec } from './broker';
import { BrokerClosed, PartitionMismatch, UnknownTopic } from './errors';
import { Group } from './memory-group';
import { partitionOf } from './partitioner';

/** A message as a foreign program may write it: no key, no value, the same header twice. */
export interface RawMessage {
  readonly key: string | null;
  readonly value: string | Buffer | null;
  readonly headers?: Readonly<Record<string, string | Buffer | readonly (string | Buffer)[]>>;
}

/** The topics of the in-memory twin, and the groups that read them. */
export interface MemoryCluster {
  /** One client. Clients of one cluster see the same topics and share groups, as services do. */
  broker(): Broker;
  /** Writes what the port does not allow to write, for tests of what foreign programs may do. */
  append(topic: string, message: RawMessage): void;
}

/** A broker of its own, in memory: for tests and benchmarks without Kafka. Nothing survives the process; compaction is not imitated. */
export const memoryBroker = (): Broker => memoryCluster().broker();

/** Where several in-memory clients meet. */
export function memoryCluster(): MemoryCluster {
  const topics = new Topics();
  const groups = new Map<string, Group>();
  return {
    broker: () => new MemoryBroker(topics, groups),
    append: (topic, message) => topics.append(topic, message),
  };
}

/** All messages ever sent, by topic and partition. */
export class Topics {
  private readonly logs = new Map<string, IncomingMessage[][]>();
  private readonly listeners = new Set<() => void>();

  create({ name, partitions }: TopicSpec): void {
    const existing = this.logs.get(name);
    if (existing && existing.length !== partitions) throw new PartitionMismatch(name, partitions, existing.length);
    if (!existing)
      this.logs.set(
        name,
        Array.from({ length: partitions }, () => []),
      );
  }

  partitionsOf(topic: string): readonly (readonly IncomingMessage[])[] {
    const log = this.logs.get(topic);
    if (!log) throw new UnknownTopic([topic]);
    return log;
  }

  names(): string[] {
    return [...this.logs.keys()].sort();
  }

  check(names: readonly string[]): void {
    const unknown = [...new Set(names)].filter((name) => !this.logs.has(name));
    if (unknown.length > 0) throw new UnknownTopic(unknown);
  }

  append(topic: string, { key, value, headers = {} }: RawMessage): void {
    const log = this.partitionsOf(topic) as IncomingMessage[][];
    const partition = key === null ? 0 : partitionOf(key, log.length);
    const messages = log[partition]!;
    messages.push({
      topic,
      partition,
      offset: String(messages.length),
      key: key === null ? null : Buffer.from(key),
      value: value === null ? null : Buffer.from(value),
      headers: Object.fromEntries(Object.entries(headers).map(([name, header]) => [name, bytes(header)])),
      timestamp: Date.now(),
    });
    for (const heard of this.listeners) heard();
  }

  onAppend(heard: () => void): () => void {
    this.listeners.add(heard);
    return () => this.listeners.delete(heard);
  }
}

const isList = (header: string | Buffer | readonly (string | Buffer)[]): header is readonly (string | Buffer)[] => Array.isArray(header);
const bytes = (header: string | Buffer | readonly (string | Buffer)[]): HeaderValue =>
  isList(header) ? header.map((one) => Buffer.from(one)) : Buffer.from(header);

class MemoryBroker implements Broker {
  private readonly readers = new Set<Consumption>();
  private closed = false;

  constructor(
    private readonly topics: Topics,
    private readonly groups: Map<string, Group>,
  ) {}

  async send(messages: readonly OutgoingMessage[]): Promise<void> {
    this.check();
    this.topics.check(messages.map(({ topic }) => topic));
    for (const message of messages) this.topics.append(message.topic, message);
  }

  async consume(options: Parameters<Broker['consume']>[0]): Promise<Consumption> {
    this.check();
    this.topics.check(options.topics);
    const reader = this.group(options.group).join(options);
    this.readers.add(reader);
    return reader;
  }

  async ensureTopics(specs: readonly TopicSpec[]): Promise<void> {
    this.check();
    for (const spec of specs) this.topics.create(spec);
  }

  async endOffsets(topic: string): Promise<Offsets> {
    this.check();
    return new Map(this.topics.partitionsOf(topic).map((messages, partition) => [partition, BigInt(messages.length)]));
  }

  /** Nothing is ever thrown away here. */
  async firstOffsets(topic: string): Promise<Offsets> {
    this.check();
    return new Map(this.topics.partitionsOf(topic).map((_, partition) => [partition, 0n]));
  }

  async committedOffsets(group: string, topic: string): Promise<Offsets> {
    this.check();
    this.topics.check([topic]);
    return this.group(group).committed(topic);
  }

  async topicNames(): Promise<readonly string[]> {
    this.check();
    return this.topics.names();
  }

  async readersOf(group: string): Promise<number> {
    this.check();
    return this.groups.get(group)?.readers ?? 0;
  }

  /** The log ends with the process, and whoever has read it too. */
  async keptAtMostMs(topics: readonly string[]): Promise<number> {
    this.check();
    this.topics.check(topics);
    return 0;
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.readers].map((reader) => reader.stop()));
  }

  private group(name: string): Group {
    const group = this.groups.get(name) ?? new Group(this.topics);
    this.groups.set(name, group);
    return group;
  }

  private check(): void {
    if (this.closed) throw new BrokerClosed();
  }
}
