import { ownBroker, type OwnBroker, unique, until } from '@duet/testbed';
import { audit } from './audit.fixture';
import { System } from './system.fixture';
import { paid, unpaid, unpaidOrders } from './unpaid.fixture';

jest.setTimeout(150_000);

/** Long enough for all orders to come to their payment, and short enough to wait for. */
const withinMs = 15_000;
const stock = 500;

describe('while the orchestrator is away, and then the broker, for longer than every within', () => {
  let broker: OwnBroker;
  let system: System;
  beforeAll(async () => {
    broker = await ownBroker('away');
    system = await System.start({}, { KAFKA_BROKERS: broker.brokers, WITHIN_AT_MOST: `${withinMs}ms`, TIMER_EVERY: '100ms' });
  }, 120_000);
  afterAll(async () => {
    await system.stop();
    await broker.drop();
  });
  it('no order is given up because its answer had to wait: five hundred', async () => {
    const sku = unique();
    await system.product(sku, stock);
    const orders = await unpaidOrders(system, { sku, stock });
    const [orchestrator] = system.replicas.get('orchestrator') ?? [];
    orchestrator?.process.pause();
    await system.add('payment');
    await until(async () => (await system.count('payment', paid)) === stock, { what: 'all are paid, and say so', deadline: 30_000 });

    // The orchestrator is back, and finds nobody whom it could ask what had been written in time.
    const away = Date.now();
    await broker.stop();
    orchestrator?.process.resume();
    const overdue = 'duet.timer where due_at < clock_timestamp()';
    await until(async () => Date.now() - away > withinMs && (await system.count('orchestrator', overdue)) === stock, {
      what: 'all are overdue, and the broker has been away for longer than any of them had',
      deadline: 60_000,
    });
    expect(await system.count('orchestrator', unpaid)).toBe(stock);
    await broker.start();
    const ended = await audit(system, { sku, stock, orders });
    expect(ended.filter(({ status }) => status !== 'confirmed')).toEqual([]);
  });
});
