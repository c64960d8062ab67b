import { Kafka, Partitioners } from 'kafkajs';
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
