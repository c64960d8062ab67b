import type { Consumption, HeaderValue, IncomingMessage } from '@duet/kafka';
import type { System } from '@duet/probe';
import { uniqueName } from '@duet/testbed';

/** Of so many messages one is sent again. */
const oneOf = 5;

/** Reads all topics from their beginning, and sends some of the messages a second time, behind later ones of their sagas. */
export class Doubler {
  /** How many it has sent. */
  sent = 0;
  private seen = 0;
  private reader: Consumption | undefined;

  constructor(private readonly system: System) {}

  async start(): Promise<void> {
    const { broker, prefix } = this.system;
    this.reader = await broker.consume({
      group: prefix + uniqueName('doubler'),
      topics: this.system.topics(),
      onMessages: async (messages) => {
        const again = messages.filter(() => this.seen++ % oneOf === 0).map(copyOf);
        await broker.send(again);
        this.sent += again.length;
      },
    });
  }

  async stop(): Promise<void> {
    await this.reader?.stop();
  }
}

const copyOf = ({ topic, key, value, headers }: IncomingMessage) => ({
  topic,
  key: key?.toString() ?? '',
  value,
  headers: Object.fromEntries(Object.entries(headers).flatMap(([name, bytes]) => (isOne(bytes) ? [[name, bytes]] : []))),
});

const isOne = (value: HeaderValue): value is Buffer => Buffer.isBuffer(value);
