import { randomUUID } from 'node:crypto';
import { type Broker, kafkaBroker, type OutgoingMessage } from '@duet/kafka';
import { type DataOf, decode, encode, type Envelope, type MessageClass, topicOf, wireName } from '@duet/message';
import { testInfra, until } from '@duet/testbed';

export { cpuIsTold, cpuOf, cpuOfFamily, residentOf } from './cpu';
export * from './bad';
export { Foreigners } from './foreigners';
export * from './load';
export { memoryOf } from './memory';
export * from './quantiles';
export * from './rest';
export { sampleOf } from './sample';
export * from './system';
export { serveRequests, Worker, WorkerFailed } from './worker';

export interface ProbeOptions {
  /** TOPIC_PREFIX of the suite. */
  readonly prefix: string;
  /** The process that its messages belong to. */
  readonly process: string;
  /** The service that is listened to. */
  readonly service: string;
  /** Every message that may be sent or heard: a module of them. */
  readonly messages: Readonly<Record<string, unknown>>;
  /** What it says and where: its events, unless told otherwise. An orchestrator speaks on the topics of others: `inventory.commands`. */
  readonly saysOn?: readonly string[];
  /** Is told each copy of what is heard, one after the other of a saga: for playing the services that answer. */
  readonly onHeard?: (message: Envelope) => Promise<void>;
}

/** Stands beside a service on the broker: tells it messages as other services would, and hears what it says. */
export class Probe {
  /** What the service said, every copy of it, in the order in which it was heard. */
  readonly events: Envelope[] = [];
  private constructor(
    private readonly options: ProbeOptions,
    /** For what no service would send. */
    readonly broker: Broker,
  ) {}

  /** Creates the topics that it needs, so that it hears everything from the beginning. */
  static async start(options: ProbeOptions): Promise<Probe> {
    const { brokers } = await testInfra();
    const probe = new Probe(options, kafkaBroker({ brokers: [...brokers], clientId: 'probe', log: () => undefined }));
    const classes = new Map(
      Object.values(options.messages)
        .filter(isMessage)
        .map((cls) => [wireName(cls), cls]),
    );
    const saysOn = options.saysOn ?? [`${options.service}.events`];
    const topics = new Set([...[...classes.values()].map(topicOf), `${options.service}.commands`, ...saysOn]);
    await probe.broker.ensureTopics([...topics].map((name) => ({ name: options.prefix + name, partitions: 6 })));
    await probe.broker.consume({
      group: `${options.prefix}probe`,
      topics: saysOn.map((topic) => options.prefix + topic),
      onMessages: async (received) => {
        for (const message of received) {
          const cls = classes.get(String(message.headers['ce_type']));
          if (!cls) continue;
          const heard = decode({ ...message, topic: topicOf(cls) }, cls);
          probe.events.push(heard);
          await options.onHeard?.(heard);
        }
      },
    });
    return probe;
  }

  /** Sends a message as another service would. The saga's facts are its data unless told otherwise. */
  tell<M extends MessageClass>(cls: M, saga: string, data: DataOf<M>, more: Partial<Envelope> = {}): Promise<void> {
    return this.send([this.message(cls, saga, data, more)]);
  }

  /** A message, for sending several at once. */
  message<M extends MessageClass>(cls: M, saga: string, data: DataOf<M>, more: Partial<Envelope> = {}): OutgoingMessage {
    const wire = encode(
      {
        id: randomUUID(),
        type: wireName(cls),
        source: `/${cls.context}`,
        time: new Date().toISOString(),
        process: this.options.process,
        saga,
        style: 'choreography',
        hop: 0,
        seq: 1,
        facts: { ...data },
        void: false,
        body: data,
        ...more,
      },
      cls,
    );
    return { ...wire, topic: this.options.prefix + wire.topic };
  }

  send(messages: readonly OutgoingMessage[]): Promise<void> {
    return this.broker.send(messages);
  }

  /** What the service said about a saga: each message once, in the order of first deliveries. */
  heard(saga: string): Envelope[] {
    return [...new Map(this.events.filter((event) => event.saga === saga).map((event) => [event.id, event])).values()];
  }

  /** The same, by name: `payment.PaymentFailed (void)`. */
  said(saga: string): string[] {
    return this.heard(saga).map(({ type, void: isVoid }) => (isVoid ? `${type} (void)` : type));
  }

  /** Waits until the service has said this much about the saga, and holds it to have said exactly this. */
  async hears(saga: string, types: readonly string[], deadline = 20_000): Promise<Envelope[]> {
    await until(() => this.said(saga).length >= types.length, { what: `${saga}: ${types.join(', ')}`, deadline }).catch(
      (error: unknown) => {
        throw new NotSaid(`${error instanceof Error ? error.message : String(error)}; said: ${this.said(saga).join(', ')}`);
      },
    );
    expect(this.said(saga)).toEqual(types);
    return this.heard(saga);
  }

  stop(): Promise<void> {
    return this.broker.close();
  }
}

/** The service did not say what was waited for. */
export class NotSaid extends Error {
  override readonly name = 'NotSaid';
}

const isMessage = (value: unknown): value is MessageClass => typeof value === 'function' && 'kind' in value && 'context' in value;
