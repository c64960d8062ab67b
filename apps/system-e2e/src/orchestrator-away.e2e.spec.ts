import { fate, unique, until } from '@duet/testbed';
import { audit } from './audit.fixture';
import { Line } from './line.fixture';
import { type OrderView, System } from './system.fixture';
import { paid, unpaidOrders } from './unpaid.fixture';

jest.setTimeout(120_000);

describe('while the orchestrator is away', () => {
  let system: System;
  let line: Line;
  beforeAll(async () => {
    // Long enough for five hundred orders to come to their payment, and short enough to wait for.
    const env = { WITHIN_AT_MOST: '15s', TIMER_EVERY: '100ms' };
    system = await System.start({}, env, async (carriers) => (line = await Line.start(carriers)).url);
  }, 120_000);
  afterAll(async () => {
    await system.stop();
    await line.stop();
  });
  it('choreographed orders go on, and hybrid ones after the pivot; the others wait, and finish when it is back', async () => {
    const sku = unique();
    const placed: OrderView[] = [];
    const place = async (change: object, wait = 0): Promise<OrderView> => {
      const { body } = await system.place({ lines: [{ sku, quantity: 1 }], ...change }, { wait });
      placed.push(body);
      return body;
    };
    await system.product(sku, 10);
    const shipTo = { country: 'CH', postalCode: '1000' };
    line.rule('1000', 'unanswered');
    const hybrid = await place({ style: 'hybrid', shipTo });
    const led = await place({ style: 'orchestration', shipTo });
    await until(() => line.kept.size === 2, { what: 'both are at the pivot' });
    await system.kill('orchestrator');
    const unled = [await place({ style: 'hybrid' }), await place({ style: 'orchestration' })];

    line.rule('1000', 'open');
    expect(await system.ended(hybrid.orderId)).toMatchObject({ status: 'confirmed' });
    const style = 'choreography';
    expect(await place({ style }, 20)).toMatchObject({ status: 'confirmed' });
    expect(await place({ style, ...fate.cardDeclined }, 20)).toMatchObject({ status: 'rejected', reason: { code: 'payment-declined' } });
    expect(await place({ style, ...fate.noCarrier }, 20)).toMatchObject({ status: 'rejected', reason: { code: 'no-carrier' } });
    const slow = await place({ style, ...fate.cardSlow });
    await system.cancel(slow.orderId);
    expect(await system.ended(slow.orderId)).toMatchObject({ status: 'cancelled' });

    for (const { orderId } of [led, ...unled]) expect(await system.order(orderId)).toMatchObject({ status: 'placed' });
    expect((await system.order(led.orderId)).history?.map(({ type }) => type)).toContain('shipping.OrderShipped');
    await system.add('orchestrator');
    for (const { orderId } of [led, ...unled]) expect(await system.ended(orderId)).toMatchObject({ status: 'confirmed' });
    await audit(system, { sku, stock: 10, orders: placed.map(({ orderId }) => orderId) });
  });

  it('no order is given up because its answer had to wait: five hundred, over every deadline', async () => {
    const sku = unique();
    const stock = 500;
    await system.product(sku, stock);
    const paidBefore = await system.count('payment', paid);
    const orders = await unpaidOrders(system, { sku, stock });
    await system.kill('orchestrator');
    await system.add('payment');
    await until(async () => (await system.count('payment', paid)) === paidBefore + stock, {
      what: 'all are paid, and say so',
      deadline: 30_000,
    });
    const overdue = 'duet.timer where due_at < clock_timestamp()';
    await until(async () => (await system.count('orchestrator', overdue)) === stock, { what: 'all are overdue', deadline: 30_000 });
    await system.add('orchestrator');
    const ended = await audit(system, { sku, stock, orders });
    expect(ended.filter(({ status }) => status !== 'confirmed')).toEqual([]);
  });
});
