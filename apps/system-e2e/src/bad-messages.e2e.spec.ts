import { randomUUID } from 'node:crypto';
import { type Broker, kafkaBroker } from '@duet/kafka';
import { testInfra, until } from '@duet/testbed';
import { type ServiceName, System } from './system.fixture';

jest.setTimeout(120_000);

/** A message that is right but for one thing. */
const headers = (type: string, saga: string) => ({
  ce_specversion: '1.0',
  ce_id: randomUUID(),
  ce_source: '/test',
  ce_type: type,
  ce_time: '2026-01-01T00:00:00Z',
  ce_subject: saga,
  ce_dataschema: `/${type.replace('.', '/')}/1`,
  'content-type': 'application/json',
  ce_correlationid: saga,
  ce_process: 'place-order',
  ce_style: 'choreography',
  ce_hop: '1',
  ce_seq: '1',
  ce_facts: '{}',
});

/** Every topic of the business, with a message that its reader knows, and who reads it. */
const topics: readonly { topic: string; type: string; readers: readonly ServiceName[] }[] = [
  { topic: 'order.commands', type: 'order.ConfirmOrder', readers: ['order'] },
  { topic: 'order.events', type: 'order.OrderPlaced', readers: ['inventory'] },
  { topic: 'inventory.commands', type: 'inventory.ReserveStock', readers: ['inventory'] },
  { topic: 'inventory.events', type: 'inventory.StockReserved', readers: ['payment', 'order'] },
  { topic: 'payment.commands', type: 'payment.ProcessPayment', readers: ['payment'] },
  { topic: 'payment.events', type: 'payment.PaymentProcessed', readers: ['shipping', 'order'] },
  { topic: 'shipping.commands', type: 'shipping.ShipOrder', readers: ['shipping'] },
  { topic: 'shipping.events', type: 'shipping.OrderShipped', readers: ['order', 'inventory'] },
];

describe('bad messages on every topic', () => {
  let system: System;
  let broker: Broker;
  beforeAll(async () => {
    system = await System.start();
    broker = kafkaBroker({ brokers: (await testInfra()).brokers, clientId: 'test' });
  });
  afterAll(async () => {
    await broker.close();
    await system.stop();
  });

  it.each(topics)('on $topic are set aside, each with its reason, by everybody who reads it', async ({ topic, type, readers }) => {
    const saga = randomUUID();
    const good = headers(type, saga);
    const bad: [string, string | Buffer, Record<string, string>][] = [
      ['not-json', 'this is not JSON', good],
      ['schema', '{"orderId":7}', good],
      ['schema', JSON.stringify({ orderId: saga, note: 'x'.repeat(1024 * 1024 - 2_000) }).replace(saga, 'no uuid'), good],
      ['not-utf8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), good],
      ['no-type', '{}', {}],
      ['style', '{}', { ...good, ce_style: 'tango' }],
      ['hops', '{}', { ...good, ce_hop: '65' }],
      ...(topic.endsWith('.commands')
        ? [['unknown-command', '{}', { ...good, ce_type: `${topic.split('.')[0]}.DoMagic` }] as [string, string, Record<string, string>]]
        : []),
    ];
    await broker.send(bad.map(([, value, heads]) => ({ topic: system.prefix + topic, key: saga, value, headers: heads })));
    for (const reader of readers) {
      const aside = async () => {
        const { body } = await system.get<{ items: { topic: string; reason: { code: string; text: string } }[] }>(
          reader,
          '/held?state=aside&limit=200',
        );
        return body.items.filter((item) => item.topic === topic);
      };
      await until(async () => (await aside()).length >= bad.length, { what: `${reader} has set aside ${bad.length} messages of ${topic}` });
      expect((await aside()).map(({ reason }) => reason.code).sort()).toEqual(bad.map(([code]) => code).sort());
      expect((await aside()).every(({ reason }) => reason.text.length > 10)).toBe(true);
    }
  });

  it('hold up no order', async () => {
    expect((await system.place({}, { wait: 20 })).body.status).toBe('confirmed');
  });
});
