import { setTimeout as after } from 'node:timers/promises';
import { styles } from '@duet/message';
import { unique, until } from '@duet/testbed';
import { System } from './system.fixture';

jest.setTimeout(180_000);

const orders = 40;
/** In milliseconds: about as long as an order takes here, so that a cancel meets every step. */
const longestDelay = 600;

let system: System;
beforeAll(async () => {
  system = await System.start();
}, 120_000);
afterAll(() => system.stop());

describe.each(styles)('forty orders cancelled at any moment, %s', (style) => {
  it('each ends shipped and paid, or neither: never shipped and refunded, never charged and forgotten', async () => {
    const sku = unique();
    const price = 500;
    await system.product(sku, orders, price);
    const ids = await Promise.all(
      Array.from({ length: orders }, async () => {
        const { orderId } = (await system.place({ style, lines: [{ sku, quantity: 1 }] })).body;
        // The delay is what is tested: it decides which step the cancel meets.
        await after(Math.random() * longestDelay);
        expect([200, 202, 409]).toContain((await system.cancel(orderId)).status);
        return orderId;
      }),
    );
    const ended = [];
    for (const orderId of ids) ended.push(await system.ended(orderId));
    const confirmed = ended.filter(({ status }) => status === 'confirmed').length;
    for (const { status } of ended) expect(['confirmed', 'cancelled']).toContain(status);

    const settled = { available: orders - confirmed, reserved: 0, shipped: confirmed };
    await until(async () => JSON.stringify(await system.stock(sku)) === JSON.stringify(settled), {
      what: `stock settles at ${JSON.stringify(settled)}`,
      deadline: 30_000,
    });
    for (const { orderId, status } of ended) {
      const sums = async () => {
        const lines = await system.outsideSays('payments', orderId);
        const sum = (what: string) =>
          lines.filter((line) => line.startsWith(`${what} `)).reduce((total, line) => total + Number(line.split(' ')[1]), 0);
        return sum('charged') - sum('cancelled');
      };
      const kept = status === 'confirmed' ? price : 0;
      await until(async () => (await sums()) === kept, { what: `${kept} is kept of the ${status} order ${orderId}`, deadline: 30_000 });
      const lines = await system.outsideSays('shipments', orderId);
      // A shipment whose answer had not come may have been called back by its key.
      const shipped = lines.includes('shipped') && !lines.includes('cancelled');
      expect({ orderId, status, shipped }).toEqual({ orderId, status, shipped: status === 'confirmed' });
    }
  });
});
