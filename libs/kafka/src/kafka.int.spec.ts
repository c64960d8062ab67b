import { randomUUID } from 'node:crypto';
import { ConfigResourceTypes, Kafka, Partitioners } from 'kafkajs';
import { conformance } from './conformance';
import { mendIdleTimer } from './idle-timer';
import { kafkaBroker } from './kafka';
import { testBrokers } from './test-brokers';

const brokers = testBrokers();
jest.setTimeout(60_000);

conformance('Kafka', async () => {
  mendIdleTimer();
  const producer = new Kafka({ brokers, logLevel: 1 }).producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  return {
    broker: () => kafkaBroker({ brokers, clientId: 'conformance', log: () => undefined }),
    append: async (topic, { key, value, headers = {} }) => {
      const list = Object.entries(headers).map(([name, header]) => [name, header as string | Buffer | (string | Buffer)[]] as const);
      await producer.send({ topic, messages: [{ key, value, headers: Object.fromEntries(list) }] });
    },
    end: () => producer.disconnect(),
  };
});

describe('how long Kafka may have a message', () => {
  const topic = `kept-${randomUUID()}`;
  const broker = kafkaBroker({ brokers, clientId: 'kept', log: () => undefined });
  const admin = new Kafka({ brokers, logLevel: 1 }).admin();
  beforeAll(async () => {
    await admin.connect();
    await broker.ensureTopics([{ name: topic, partitions: 1 }]);
  });
  afterAll(async () => {
    await admin.disconnect();
    await broker.close();
  });
  const configure = (entries: Record<string, string>) =>
    admin.alterConfigs({
      validateOnly: false,
      resources: [
        { type: ConfigResourceTypes.TOPIC, name: topic, configEntries: Object.entries(entries).map(([name, value]) => ({ name, value })) },
      ],
    });

  it('is what it keeps them for and what a part of its log may span; of several topics, the longest', async () => {
    await configure({ 'retention.ms': '60000', 'segment.ms': '1000' });
    expect(await broker.keptAtMostMs([topic])).toBe(61_000);
    const week = 7 * 86_400_000;
    const other = `${topic}-other`;
    await broker.ensureTopics([{ name: other, partitions: 1 }]);
    expect(await broker.keptAtMostMs([topic, other])).toBe(2 * week);
    await configure({ 'retention.ms': '-1' });
    expect(await broker.keptAtMostMs([topic, other])).toBe(Infinity);
    await expect(broker.keptAtMostMs([`${topic}-unknown`])).rejects.toThrow('unknown');
  });
});
