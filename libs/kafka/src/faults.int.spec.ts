import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { Kafka, type ISocketFactory } from 'kafkajs';
import type { Broker, IncomingMessage } from './broker';
import { UnknownTopic } from './errors';
import { kafkaBroker } from './kafka';
import { testBrokers } from './test-brokers';
import { until } from './until';

const brokers = testBrokers();
/** Jest's matchers are `any`; in an expected value they are nobody's type. */
const containing = (text: string): unknown => expect.stringContaining(text);
jest.setTimeout(60_000);

describe('when Kafka fails', () => {
  const open = new Set<Socket>();
  let refusing: boolean;
  let broker: Broker;
  let healthy: Broker;
  let topic: string;
  const group = () => `faults-${topic}`;

  /** A network that a test can cut. */
  const socketFactory: ISocketFactory = ({ host, port, onConnect }) => {
    const socket = connect({ host, port: refusing ? 1 : port, noDelay: true }, onConnect);
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    return socket;
  };
  const cut = () => {
    for (const socket of open) socket.destroy(new Error('cut'));
  };

  beforeEach(async () => {
    refusing = false;
    topic = `faults.${randomUUID()}`;
    const timing = { restart: 100, longestRestart: 500, deaf: 2_000 };
    broker = kafkaBroker({ brokers, clientId: 'faults', log: () => undefined, timing, socketFactory });
    healthy = kafkaBroker({ brokers, clientId: 'healthy', log: () => undefined });
    await healthy.ensureTopics([{ name: topic, partitions: 3 }]);
  });
  afterEach(async () => {
    refusing = false;
    await Promise.all([broker.close(), healthy.close()]);
  });

  const send = (on: Broker, ...values: string[]) => on.send(values.map((value) => ({ topic, key: value, value, headers: {} })));
  /** As an operator may: behind the back of everybody. */
  const remove = async (name: string) => {
    const admin = new Kafka({ brokers, logLevel: 0 }).admin();
    await admin.connect();
    await admin.deleteTopics({ topics: [name] });
    await until('it is gone', async () => !(await admin.listTopics()).includes(name));
    await admin.disconnect();
  };
  const read = async () => {
    const values: string[] = [];
    const consumption = await broker.consume({
      group: group(),
      topics: [topic],
      onMessages: async (messages: readonly IncomingMessage[]) => void values.push(...messages.map(({ value }) => String(value))),
    });
    return { values, consumption };
  };

  it('reads on after its connections were cut', async () => {
    const { values } = await read();
    await send(healthy, 'a');
    await until('the first has come', () => values.includes('a'));
    cut();
    await send(healthy, 'b');
    await until('the second has come', () => values.includes('b'));
  });

  it('is deaf while the broker cannot be reached, and reads on when it can, though kafkajs has given up', async () => {
    const { values, consumption } = await read();
    await until('it has joined', () => consumption.state().name === 'consuming');
    refusing = true;
    cut();
    await until('it is deaf', () => consumption.state().name === 'deaf');
    await until('kafkajs has given up at least once', () => consumption.state().text.includes('after: '));
    await send(healthy, 'a');
    refusing = false;
    await until('it reads', () => values.includes('a'));
    expect(consumption.state().name).toBe('consuming');
  });

  it('says that messages are not stored while the broker cannot be reached, and stores them later', async () => {
    await send(broker, 'a');
    refusing = true;
    cut();
    await expect(send(broker, 'b')).rejects.toMatchObject({ name: 'NotStored', retryable: true, message: containing(topic) });
    refusing = false;
    await send(broker, 'c');
  });

  it('says which broker does not answer', async () => {
    refusing = true;
    await expect(broker.ensureTopics([{ name: topic, partitions: 3 }])).rejects.toMatchObject({
      name: 'BrokerUnavailable',
      message: containing(brokers[0]!),
    });
  });

  it('stops in time though the broker cannot be reached', async () => {
    const { consumption } = await read();
    await until('it has joined', () => consumption.state().name === 'consuming');
    refusing = true;
    cut();
    await consumption.stop();
    expect(consumption.state().name).toBe('stopped');
  });

  it('reads a topic from its beginning when its log was lost and made anew', async () => {
    const { values } = await read();
    await send(healthy, 'a', 'b', 'c', 'd', 'e', 'f');
    await until('all have come', () => values.length === 6);
    await remove(topic);
    await healthy.ensureTopics([{ name: topic, partitions: 3 }]);
    await send(healthy, 'after');
    await until('what was sent after it has come', () => values.includes('after'), 40_000);
  });

  it('makes its topics anew when the broker has lost them, and sends', async () => {
    await broker.ensureTopics([{ name: topic, partitions: 3 }]);
    await send(broker, 'before');
    await remove(topic);
    await send(broker, 'after');
    expect((await healthy.endOffsets(topic)).size).toBe(3);
    const { values } = await read();
    await until('what was sent has come', () => values.join() === 'after');
  });

  it('makes its topics anew when the broker has lost them, and reads', async () => {
    await broker.ensureTopics([{ name: topic, partitions: 3 }]);
    const { values, consumption } = await read();
    await until('it has joined', () => consumption.state().name === 'consuming');
    await remove(topic);
    await until('the topic is there again', async () => (await healthy.endOffsets(topic).catch(() => undefined))?.size === 3, 40_000);
    await send(healthy, 'after');
    await until('what was sent has come', () => values.includes('after'), 40_000);
  });

  it('tells where a partition begins when its first messages have been thrown away', async () => {
    await send(healthy, 'a', 'b', 'c', 'd', 'e', 'f');
    const ends = await healthy.endOffsets(topic);
    const admin = new Kafka({ brokers, logLevel: 0 }).admin();
    await admin.connect();
    // kafkajs can delete only in topics that it has asked for before.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [...ends].map(([partition, end]) => ({ partition, offset: String(end) })) });
    await admin.disconnect();
    expect(await broker.firstOffsets(topic)).toEqual(ends);
    expect(await broker.endOffsets(topic)).toEqual(ends);
  });

  it('reaches the other topics though one that it has used was deleted', async () => {
    const other = `${topic}.other`;
    await healthy.ensureTopics([{ name: other, partitions: 1 }]);
    await broker.send([{ topic: other, key: 'a', value: 'a', headers: {} }]);
    await remove(other);
    await expect(broker.send([{ topic: other, key: 'a', value: 'a', headers: {} }])).rejects.toThrow(`no topic '${other}'`);
    await send(broker, 'a');
    await broker.ensureTopics([{ name: `${topic}.third`, partitions: 1 }]);
    expect((await broker.endOffsets(topic)).size).toBe(3);
    await expect(broker.endOffsets(other)).rejects.toThrow(UnknownTopic);
  });

  it('tells a message that is too large from one that may be sent again', async () => {
    const large = { topic, key: 'a', value: Buffer.alloc(3 * 1_048_576), headers: {} };
    await expect(broker.send([large])).rejects.toMatchObject({ name: 'NotStored', retryable: false });
  });
});
