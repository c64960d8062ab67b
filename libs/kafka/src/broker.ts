/** The port to a message broker: what the rest of the house needs of Kafka, and nothing else. Two implementations, one conformance suite. */

/** A header as it was on the wire: bytes, or null where it has no value; a list when the sender wrote the same header more than once. */
export type HeaderValue = Buffer | null | readonly (Buffer | null)[] | undefined;

/** A message as the broker holds it. Nothing is decoded: keys, values and headers are data of unknown origin. */
export interface IncomingMessage {
  readonly topic: string;
  readonly partition: number;
  /** A 64-bit number in decimal. */
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, HeaderValue>>;
  /** Milliseconds since 1970, by the sender's clock. */
  readonly timestamp: number;
  /** Why this is no message but what is left of a batch that cannot be taken apart: its bytes are the value, its place is that of its last message. */
  readonly unreadable?: string;
}

/** A message to be sent. Messages with one key of one topic keep their order. */
export interface OutgoingMessage {
  readonly topic: string;
  readonly key: string;
  readonly value: string | Buffer | null;
  readonly headers: Readonly<Record<string, string | Buffer>>;
}

/** What one reader of a group wants: the topics, and what to do with what they bring. */
export interface ConsumeOptions {
  readonly group: string;
  /** They must exist: see `ensureTopics`. A group that has no offset in a partition reads it from its beginning. */
  readonly topics: readonly string[];
  /** How many messages one call gets at most. Default 200. */
  readonly maxMessages?: number;
  /**
   * Gets what one fetch brought, all partitions joined, in order within each partition; one call at a time.
   * When it resolves, the offsets are committed. When it rejects, the same messages come again after a pause (0.1 s, doubling to 5 s),
   * then each partition by itself, so that one that keeps failing does not hold up the others.
   */
  readonly onMessages: (messages: readonly IncomingMessage[]) => Promise<void>;
}

/**
 * How a reader is doing: `joining` the group, `consuming`, `deaf` (no sign of life from the broker for too long; it keeps trying), or `stopped` by us.
 */
export interface ConsumptionState {
  readonly name: 'joining' | 'consuming' | 'deaf' | 'stopped';
  readonly since: Date;
  /** For people: what it does, or why it cannot. */
  readonly text: string;
}

export interface Consumption {
  state(): ConsumptionState;
  /** No new calls of onMessages; waits for the running one, commits its offsets, leaves the group. May be called more than once. */
  stop(): Promise<void>;
}

export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  /** Keep the last message of each key for ever instead of all messages for a time. */
  readonly compacted?: boolean;
}

/** An offset for each partition. */
export type Offsets = ReadonlyMap<number, bigint>;

export interface Broker {
  /**
   * Resolves when all messages are stored by all in-sync replicas. Calls are carried out one after the other, so the order of calls is kept for each key.
   * @throws UnknownTopic, NotStored: then some of the messages may be stored, some not. BrokerClosed.
   */
  send(messages: readonly OutgoingMessage[]): Promise<void>;
  /** Starts to read; joining the group goes on in the background. @throws UnknownTopic, BrokerUnavailable, BrokerClosed */
  consume(options: ConsumeOptions): Promise<Consumption>;
  /** Creates what is missing and waits until it can be used; also later, when the broker has lost it. Safe to call from many services at once. @throws PartitionMismatch, BrokerUnavailable, BrokerClosed */
  ensureTopics(topics: readonly TopicSpec[]): Promise<void>;
  /** The offset that the next message of each partition will get. @throws UnknownTopic, BrokerUnavailable, BrokerClosed */
  endOffsets(topic: string): Promise<Offsets>;
  /** The offset of the first message of each partition that is still there; the end where none is. @throws UnknownTopic, BrokerUnavailable, BrokerClosed */
  firstOffsets(topic: string): Promise<Offsets>;
  /** The next offset that the group will read, without partitions where it has committed nothing yet. @throws UnknownTopic, BrokerUnavailable, BrokerClosed */
  committedOffsets(group: string, topic: string): Promise<Offsets>;
  /** The names of all topics that there are, without Kafka's own. @throws BrokerUnavailable, BrokerClosed */
  topicNames(): Promise<readonly string[]>;
  /** How many readers the group has now. @throws BrokerUnavailable, BrokerClosed */
  readersOf(group: string): Promise<number>;
  /**
   * How long a message may be in one of these topics at most, in milliseconds: it is removed so long after the newest message of its part of the log, and a part
   * spans some time. Infinity where a topic keeps them for ever. @throws UnknownTopic, BrokerUnavailable, BrokerClosed
   */
  keptAtMostMs(topics: readonly string[]): Promise<number>;
  /** Stops all readers, then hangs up. */
  close(): Promise<void>;
}

/** What a reader gets at most in one call, unless it asks for another number: see runtime rule 1. */
export const defaultMaxMessages = 200;
