import { CompressionTypes, type Admin, type ICustomPartitioner, type Producer } from 'kafkajs';
import type { Broker, ConsumeOptions, Consumption, Offsets, OutgoingMessage, TopicSpec } from './broker';
import { BrokerClosed, BrokerUnavailable, NotStored, PartitionMismatch, UnknownTopic } from './errors';
import { grouped } from './grouped';
import { kafkaClient, stderr, timing, type KafkaOptions } from './kafka-client';
import { KafkaConsumption } from './kafka-consumption';
import { causes, checkKnown, ensureTopics, isUnknownTopic, keptAtMostMs, partitionCounts } from './kafka-topics';
import { partitionOf } from './partitioner';

/** A client of Apache Kafka on kafkajs. Connections are made when they are first needed. */
export const kafkaBroker = (options: KafkaOptions): Broker => new KafkaBroker(options);

class KafkaBroker implements Broker {
  private readonly client;
  private readonly consumptions = new Set<Consumption>();
  private connectedProducer: Promise<Producer> | undefined;
  private connectedAdmin: Promise<Admin> | undefined;
  private sending: Promise<unknown> = Promise.resolve();
  private closing: Promise<void> | undefined;
  /** The topics that this client has seen to, by name: a broker that has lost its log has lost them, too. */
  private readonly ensured = new Map<string, TopicSpec>();

  constructor(private readonly options: KafkaOptions) {
    this.client = kafkaClient(options);
  }

  send(messages: readonly OutgoingMessage[]): Promise<void> {
    // One request after the other: kafkajs tries again by itself, and a request that has to be repeated must not be overtaken by a later one.
    // A limit of requests in flight would not do: between two tries none is in flight. Nor is an idempotent producer needed for it: what is stored
    // twice is stored behind itself, and readers know messages by their id.
    const sent = this.sending.then(() => this.sendNow(messages));
    this.sending = sent.catch(() => undefined);
    return sent;
  }

  private async sendNow(messages: readonly OutgoingMessage[]): Promise<void> {
    if (this.closing) throw new BrokerClosed();
    if (messages.length === 0) return;
    const byTopic = grouped(messages, ({ topic }) => topic);
    const topicMessages = [...byTopic].map(([topic, list]) => ({
      topic,
      messages: list.map(({ key, value, headers }) => ({ key, value, headers })),
    }));
    const topics = [...byTopic.keys()];
    const send = async () => {
      const producer = await this.producer();
      await producer.sendBatch({ topicMessages, acks: -1, timeout: 10_000, compression: CompressionTypes.None });
    };
    try {
      await send().catch(async (error: unknown) => {
        if (!isUnknownTopic(error)) throw error;
        this.renewProducer();
        await this.restoreTopics();
        await this.ask('looking for topics', (admin) => checkKnown(admin, topics));
        await send();
      });
    } catch (cause) {
      if (cause instanceof UnknownTopic) throw cause;
      const refused = causes(cause).some((one) => refusals.has(String((one as { type?: unknown }).type)));
      throw new NotStored(topics, { cause, retryable: !refused });
    }
  }

  /** kafkajs asks for all topics that it has ever used at once: when one of them was deleted, it does not get at the others any more either. A new client has used none. */
  private renewProducer(): void {
    void this.connectedProducer?.then((producer) => producer.disconnect()).catch(() => undefined);
    this.connectedProducer = undefined;
  }
  private renewAdmin(): void {
    void this.connectedAdmin?.then((admin) => admin.disconnect()).catch(() => undefined);
    this.connectedAdmin = undefined;
  }

  async consume(options: ConsumeOptions): Promise<Consumption> {
    const counts = await this.ask('looking for topics', (admin) => partitionCounts(admin, options.topics));
    const consumption = new KafkaConsumption({
      ...options,
      newClient: () => kafkaClient(this.options),
      prepare: () => this.restoreTopics(),
      partitions: [...counts.values()].reduce((sum, count) => sum + count, 0),
      log: this.options.log ?? stderr,
      timing: { ...timing, ...this.options.timing },
    });
    this.consumptions.add(consumption);
    return consumption;
  }

  async ensureTopics(topics: readonly TopicSpec[]): Promise<void> {
    await this.ask('creating topics', (admin) => ensureTopics(admin, topics));
    for (const topic of topics) this.ensured.set(topic.name, topic);
  }

  /** Makes again what was there once. */
  private async restoreTopics(): Promise<void> {
    const topics = [...this.ensured.values()];
    if (topics.length > 0) await this.ask('looking for topics', (admin) => ensureTopics(admin, topics));
  }

  endOffsets(topic: string): Promise<Offsets> {
    return this.ask(`asking for the end of '${topic}'`, async (admin) => {
      await checkKnown(admin, [topic]);
      return new Map((await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => [partition, BigInt(high)]));
    });
  }

  firstOffsets(topic: string): Promise<Offsets> {
    return this.ask(`asking for the beginning of '${topic}'`, async (admin) => {
      await checkKnown(admin, [topic]);
      return new Map((await admin.fetchTopicOffsets(topic)).map(({ partition, low }) => [partition, BigInt(low)]));
    });
  }

  committedOffsets(group: string, topic: string): Promise<Offsets> {
    return this.ask(`asking how far '${group}' is`, async (admin) => {
      await checkKnown(admin, [topic]);
      const [found] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
      const committed = (found?.partitions ?? []).map(({ partition, offset }) => [partition, BigInt(offset)] as const);
      return new Map(committed.filter(([, offset]) => offset >= 0n));
    });
  }

  topicNames(): Promise<readonly string[]> {
    // What begins with two underscores is the broker's own.
    return this.ask('asking for all topics', async (admin) => (await admin.listTopics()).filter((name) => !name.startsWith('__')).sort());
  }

  readersOf(group: string): Promise<number> {
    return this.ask(`asking who reads in '${group}'`, async (admin) => {
      const { groups } = await admin.describeGroups([group]);
      return groups.reduce((sum, { members }) => sum + members.length, 0);
    });
  }

  keptAtMostMs(topics: readonly string[]): Promise<number> {
    return this.ask('asking how long messages are kept', (admin) => keptAtMostMs(admin, topics));
  }

  close(): Promise<void> {
    this.closing ??= (async () => {
      await Promise.all([...this.consumptions].map((consumption) => consumption.stop()));
      await this.sending;
      const clients = await Promise.allSettled([this.connectedProducer, this.connectedAdmin]);
      for (const client of clients) if (client.status === 'fulfilled') await client.value?.disconnect().catch(() => undefined);
    })();
    return this.closing;
  }

  private async ask<T>(doing: string, question: (admin: Admin) => Promise<T>): Promise<T> {
    if (this.closing) throw new BrokerClosed();
    const answer = async () => question(await this.admin());
    try {
      return await answer().catch((error: unknown) => {
        if (error instanceof UnknownTopic || !isUnknownTopic(error)) throw error;
        this.renewAdmin();
        return answer();
      });
    } catch (error) {
      if (error instanceof UnknownTopic || error instanceof PartitionMismatch) throw error;
      // After a broker that hung, kafkajs's client has been seen to say for long that it is not connected, though the broker was back.
      this.renewAdmin();
      throw new BrokerUnavailable(this.options.brokers, doing, error);
    }
  }

  private producer(): Promise<Producer> {
    const make = () => this.client.producer({ createPartitioner, allowAutoTopicCreation: false, maxInFlightRequests: 1 });
    return (this.connectedProducer ??= connected(make()).catch((error: unknown) => {
      this.connectedProducer = undefined;
      throw error;
    }));
  }

  private admin(): Promise<Admin> {
    return (this.connectedAdmin ??= connected(this.client.admin()).catch((error: unknown) => {
      this.connectedAdmin = undefined;
      throw error;
    }));
  }
}

/** Every message of ours has a key. */
const createPartitioner: ICustomPartitioner =
  () =>
  ({ message: { key }, partitionMetadata }) =>
    partitionOf(key ?? '', partitionMetadata.length);

/** What the broker will say again, however often it is asked. */
const refusals = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_TOPIC_EXCEPTION',
  'INVALID_RECORD',
  'TOPIC_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
]);

async function connected<T extends Producer | Admin>(client: T): Promise<T> {
  await client.connect();
  return client;
}
