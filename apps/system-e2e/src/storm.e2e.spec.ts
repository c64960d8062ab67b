import { unique, until } from '@duet/testbed';
import { type OrderView, System } from './system.fixture';

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
    const price = 700;
    const stock = orders / 2;
    await system.product(hot, stock, price);
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

    const ended: OrderView[] = [];
    for (const orderId of accepted) ended.push(await system.ended(orderId, 120_000));
    const confirmed = ended.filter(({ status }) => status === 'confirmed');
    const reasons = new Set(ended.map(({ reason }) => reason?.code).filter(Boolean));
    expect([...reasons].sort()).toEqual(expect.arrayContaining(['no-carrier', 'no-stock', 'payment-declined']));

    // Stock: what was confirmed is gone, the rest is there, nothing hangs.
    const settled = { available: stock - confirmed.length, reserved: 0, shipped: confirmed.length };
    await until(async () => JSON.stringify(await system.stock(hot)) === JSON.stringify(settled), {
      what: `stock settles at ${JSON.stringify(settled)}`,
      deadline: 60_000,
    });

    // Money, as the provider's own file has it.
    const net = async (orderId: string) => {
      const lines = await system.outsideSays('payments', orderId);
      const sum = (what: string) =>
        lines.filter((line) => line.startsWith(`${what} `)).reduce((total, line) => total + Number(line.split(' ')[1]), 0);
      return { times: lines.filter((line) => line.startsWith('charged ')).length, kept: sum('charged') - sum('cancelled') };
    };
    for (const { orderId, status } of ended) {
      await until(async () => (await net(orderId)).kept === (status === 'confirmed' ? price : 0), {
        what: `money of ${status} order ${orderId} adds up`,
        deadline: 60_000,
      });
      expect((await net(orderId)).times).toBeLessThanOrEqual(1);
      expect((await system.outsideSays('shipments', orderId)).filter((line) => line === 'shipped')).toHaveLength(
        status === 'confirmed' ? 1 : 0,
      );
      // And our own tables say the same.
      const { body } = await system.get<{ amount?: number; refunded?: number; status?: string }>('payment', `/payments/${orderId}`);
      const own = body.status === 'charged' || body.status === 'refunded' ? (body.amount ?? 0) - (body.refunded ?? 0) : 0;
      expect(own).toBe(status === 'confirmed' ? price : 0);
    }

    // Everybody is told.
    for (const { orderId, status } of ended) {
      const end = status === 'confirmed' ? 'confirmation' : 'rejection';
      await until(async () => (await system.mails(orderId)).includes(end), { what: `a ${end} about ${orderId}`, deadline: 60_000 });
    }
  });
});
