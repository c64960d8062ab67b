import { randomUUID } from 'node:crypto';
import { type Broker, type IncomingMessage, kafkaBroker, type OutgoingMessage } from '@duet/kafka';
import { context, decode, derivedId, Malformed } from '@duet/message';
import { testInfra } from '@duet/testbed';

/** What such a service says. */
interface Said {
  /** Of the message; one of its own if not given. */
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

  /**
   * Lets a service run that hears every event of this name and answers it with one of its own, whatever it answers: nobody has looked whether somebody answers that. It reads as every participant
   * reads, so what has gone too far it sets aside. Returns the codes of what it has set aside.
   */
  async react(service: string, { heard, says }: { readonly heard: string; readonly says: string }): Promise<readonly string[]> {
    const [owner = '', name = ''] = heard.split('.');
    const Heard = class extends context(owner).event(name) {};
    const aside: string[] = [];
    const answer = (received: IncomingMessage): OutgoingMessage[] => {
      try {
        const { id, process, saga, hop, style } = decode({ ...received, topic: received.topic.slice(this.prefix.length) }, Heard);
        // What is heard twice is answered once.
        return [this.event({ id: derivedId(id, says, 0), type: says, process, saga, cause: id, hop: hop + 1, style })];
      } catch (error) {
        if (!(error instanceof Malformed)) throw error;
        aside.push(error.code);
        return [];
      }
    };
    await this.broker.consume({
      group: `${this.prefix}${service}`,
      topics: [`${this.prefix}${owner}.events`],
      onMessages: (messages) => this.broker.send(messages.flatMap(answer)),
    });
    return aside;
  }

  /** All of them, also those of a test that has failed. */
  static async stop(): Promise<void> {
    await Promise.all([...Foreigners.running].map((broker) => broker.close()));
    Foreigners.running.clear();
  }
}
