import { unique } from '@duet/testbed';
import { audit } from './audit.fixture';
import { System } from './system.fixture';

jest.setTimeout(240_000);

const orders = 200;

describe('two hundred mixed orders at once on one hot product, while services are killed', () => {
  let system: System;
  beforeAll(async () => {
    system = await System.start({ inventory: 3, payment: 2 });
  }, 120_000);
  afterAll(() => system.stop());

  it('all end; stock and money add up here and outside; no card is charged twice, none without an order or a refund', async () => {
    const hot = unique();
    const stock = orders / 2;
    await system.product(hot, stock);
    const kinds = [
      {},
      {},
      {},
      { paymentMethod: 'card_declined' },
      { paymentMethod: 'card_flaky' },
      { paymentMethod: 'card_slow' },
      { shipTo: { country: 'AQ', postalCode: '0' } },
      {},
    ];
    const placing = Array.from({ length: orders }, (_, n) =>
      system.place({ lines: [{ sku: hot, quantity: 1 }], ...kinds[n % kinds.length] }),
    );
    await Promise.all(placing.slice(0, 50));
    await Promise.all([system.kill('payment'), system.kill('inventory')]);
    // A kill proves something only while work is under way.
    expect((await system.get<{ items: unknown[] }>('order', '/orders?status=placed&limit=200')).body.items.length).toBeGreaterThan(20);
    const accepted = (await Promise.all(placing)).map(({ body }) => body.orderId);
    expect(new Set(accepted).size).toBe(orders);
    await system.kill('inventory');
    await Promise.all([system.add('payment'), system.add('inventory')]);

    const ended = await audit(system, { sku: hot, stock, orders: accepted }, 120_000);
    const reasons = new Set(ended.map(({ reason }) => reason?.code).filter(Boolean));
    expect([...reasons].sort()).toEqual(expect.arrayContaining(['no-carrier', 'no-stock', 'payment-declined']));
  });
});
