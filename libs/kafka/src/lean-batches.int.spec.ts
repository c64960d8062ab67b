import { type Codec, RawProducer, type RawMessage, recordBatch, testInfra, uniqueName, until } from '@duet/testbed';
import { type Broker, type IncomingMessage } from './broker';
import { kafkaBroker } from './kafka';
import { most } from './lean-batches';

const message = (value: string | Buffer): RawMessage => ({ key: Buffer.from('k'), value: Buffer.from(value), headers: [] });
const zeros = (bytes: number) => [message(Buffer.alloc(bytes))];

describe('a batch that cannot be taken apart', () => {
  let broker: Broker;
  let producer: RawProducer;
  const received: IncomingMessage[] = [];
  const topic = uniqueName('batches');
  beforeAll(async () => {
    const { brokers } = await testInfra();
    broker = kafkaBroker({ brokers, clientId: 'test', log: () => undefined });
    producer = await RawProducer.to(brokers[0] ?? '');
    await broker.ensureTopics([{ name: topic, partitions: 1 }]);
    await broker.consume({ group: topic, topics: [topic], onMessages: async (messages) => void received.push(...messages) });
  });
  afterAll(async () => {
    producer.close();
    await broker.close();
  });

  const send = (messages: readonly RawMessage[], codec: Codec = 'none') => producer.send(topic, 0, recordBatch(messages, codec));
  const at = (offset: bigint) => until(() => received.find((one) => one.offset === String(offset)), { what: `offset ${offset} is read` });

  it('in gzip is read like any other', async () => {
    const first = await send([message('a'), message('b')], 'gzip');
    expect((await at(first + 1n)).value?.toString()).toBe('b');
    expect((await at(first)).unreadable).toBeUndefined();
  });

  it.each<[string, readonly RawMessage[], Codec, string]>([
    ['that takes many times its size when it is unpacked', zeros(64 * 1_048_576), 'gzip', `takes more than ${most.bytes}`],
    ['in Snappy', [message('a')], 'snappy', 'compressed with snappy; only gzip is read here'],
    ['in LZ4', [message('a')], 'lz4', 'compressed with lz4'],
    ['in Zstandard', [message('a')], 'zstd', 'compressed with zstd'],
    ['of more messages than kafkajs can hand on', Array.from({ length: 150_000 }, () => message('')), 'none', 'has 150000 messages'],
  ])('%s is one message that says why, and what comes behind it is read', async (_, messages, codec, why) => {
    const batch = recordBatch(messages, codec);
    const first = await producer.send(topic, 0, batch);
    const behind = await send([message('behind')]);
    expect((await at(behind)).value?.toString()).toBe('behind');
    const { unreadable, value, key, headers } = await at(first + BigInt(messages.length) - 1n);
    expect(unreadable).toContain(why);
    // What stands before the records takes 61 bytes.
    expect({ value: value?.equals(batch.subarray(61)), key, headers }).toEqual({ value: true, key: null, headers: {} });
    expect(received.filter(({ offset }) => BigInt(offset) >= first && BigInt(offset) < behind)).toHaveLength(1);
  });

  it('of a whole fetch of small ones that grow, each comes, and no more at once than there is room for', async () => {
    const count = 30;
    const big = recordBatch(zeros(1_048_576), 'gzip');
    const before = process.memoryUsage().rss;
    for (let sent = 0; sent < count; sent++) await producer.send(topic, 0, big);
    const last = await send([message('last')]);
    await at(last);
    expect(received.filter(({ value }) => value?.length === 1_048_576).length).toBe(count);
    expect(process.memoryUsage().rss - before).toBeLessThan(512 * 1_048_576);
  });
});
