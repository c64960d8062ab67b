import { memoryBroker } from '@duet/kafka';
import { until } from '@duet/testbed';
import { Wire } from './wire';

describe('what is heard of an order', () => {
  test('each message once, with its hop and the code of its reason, in order', async () => {
    const broker = memoryBroker();
    await broker.ensureTopics([{ name: 'a.events', partitions: 1 }]);
    const message = (id: string, type: string, hop: number, body: object = {}, saga = 'one') => ({
      topic: 'a.events',
      key: saga,
      value: JSON.stringify(body),
      headers: { ce_id: id, ce_type: type, ce_subject: saga, ce_hop: String(hop) },
    });
    await broker.send([
      message('1', 'order.OrderPlaced', 0),
      message('2', 'order.OrderRejected', 3, { reason: { code: 'timeout', text: 'too late' } }),
      message('2', 'order.OrderRejected', 3),
      message('3', 'order.OrderPlaced', 0, {}, 'another'),
    ]);
    const wire = await Wire.on(broker, 'test', ['a.events']);
    await until(() => wire.of('another').length === 1, { what: 'the last message is heard' });
    expect(wire.of('one')).toEqual([
      { type: 'order.OrderPlaced', hop: 0 },
      { type: 'order.OrderRejected', hop: 3, reason: 'timeout' },
    ]);
    expect(wire.of('nobody')).toEqual([]);
    await broker.close();
  });
});
