import { type Broker, kafkaBroker, type OutgoingMessage } from '@duet/kafka';
import { testInfra } from '@duet/testbed';
import { randomUUID } from 'node:crypto';

interface Said {
  readonly id?: string;
  readonly type: string;
  readonly process: string;
  readonly saga: string;
  readonly cause?: string;
  readonly hop?: number;
  readonly body?: object;
  readonly style?: string;
  /** It is no event: it is for the service that its type names. */
  readonly command?: boolean;
}

/** Services that nobody here has ever heard of: they say what a test has them say. */
export class Foreigners {
  private static readonly running = new Set<Broker>();
  private seq = 0;
  private constructor(
    private readonly prefix: string,
    private readonly broker: Broker,
  ) {}

  static async start(prefix: string, services: readonly string[]): Promise<Foreigners> {
    const { brokers } = await testInfra();
    const broker = kafkaBroker({ brokers: [...brokers], clientId: 'foreigners', log: () => undefined });
    Foreigners.running.add(broker);
    await broker.ensureTopics(services.map((service) => ({ name: `${prefix}${service}.events`, partitions: 6 })));
    return new Foreigners(prefix, broker);
  }

  /** Says an event, or asks for something; returns its id. */
  async say(said: Said): Promise<string> {
    const message = this.event(said);
    await this.broker.send([message]);
    return message.headers['ce_id'] as string;
  }

  send(messages: readonly OutgoingMessage[]): Promise<void> {
    return this.broker.send(messages);
  }

  event({
    id = randomUUID(),
    type,
    process,
    saga,
    cause,
    hop = 0,
    body = {},
    style = 'choreography',
    command = false,
  }: Said): OutgoingMessage {
    const [service = ''] = type.split('.');
    return {
      topic: `${this.prefix}${service}.${command ? 'commands' : 'events'}`,
      key: saga,
      value: JSON.stringify(body),
      headers: {
        ce_specversion: '1.0',
        ce_id: id,
        ce_source: `/${service}`,
        ce_type: type,
        ce_time: new Date().toISOString(),
        ce_subject: saga,
        ce_dataschema: `/${type.replace('.', '/')}/1`,
        'content-type': 'application/json',
        ce_correlationid: saga,
        ...(cause !== undefined && { ce_causationid: cause }),
        ce_process: process,
        ce_style: style,
        ce_hop: String(hop),
        ce_seq: String((this.seq += 1)),
        ce_facts: '{}',
      },
    };
  }

  /** Says what a service does. */
  declare(service: string, manifest: object): Promise<void> {
    const topic = `${this.prefix}duet.manifests`;
    return this.broker.send([{ topic, key: service, value: JSON.stringify({ service, build: 'test', ...manifest }), headers: {} }]);
  }

  /** All of them, also those of a test that has failed. */
  static async stop(): Promise<void> {
    await Promise.all([...Foreigners.running].map((broker) => broker.close()));
    Foreigners.running.clear();
  }
}
