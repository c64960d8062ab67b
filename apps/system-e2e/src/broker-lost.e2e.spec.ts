import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { styles } from '@duet/message';
import { type OwnBroker, ownBroker, unique, until, workspaceRoot } from '@duet/testbed';
import { audit } from './audit.fixture';
import { services, System } from './system.fixture';

jest.setTimeout(180_000);

/** Of each style. */
const each = 10;
const stock = 100;

describe('when the broker has lost its log, with messages in it that nobody had read', () => {
  let broker: OwnBroker;
  let system: System;
  beforeAll(async () => {
    broker = await ownBroker('lost');
    system = await System.start({}, { KAFKA_BROKERS: broker.brokers });
  }, 120_000);
  afterAll(async () => {
    await system.stop();
    await broker.drop();
  });
  const place = async (sku: string): Promise<string[]> => {
    const all = styles.flatMap((style) => Array.from({ length: each }, () => system.place({ style, lines: [{ sku, quantity: 1 }] })));
    return (await Promise.all(all)).map(({ body }) => body.orderId);
  };
  /** As an operator at the terminal does. */
  const resend = async (): Promise<string> => {
    const urls = services.flatMap((name) => ['--url', `${name}=${system.url(name)}`]);
    const args = [resolve(workspaceRoot, 'tools/resend/resend.mjs'), '--since', '1h', '--yes', '--actor', 'zoe', ...urls];
    return (await promisify(execFile)(process.execPath, args, { cwd: workspaceRoot })).stdout;
  };

  it('the services make its topics anew, and what they have sent is sent again: every order ends, nothing happens twice', async () => {
    const sku = unique();
    await system.product(sku, stock);
    const before = await place(sku);
    for (const orderId of before) await system.ended(orderId);
    await system.kill('payment');
    const orders = await place(sku);
    await until(async () => (await system.stock(sku)).reserved === orders.length, { what: 'all wait for their payment', deadline: 30_000 });
    await until(
      async () =>
        (await Promise.all(services.map((name) => system.count(name, 'duet.outbox where sent_at is null')))).every((n) => n === 0),
      {
        what: 'all that was said has been sent',
      },
    );

    await broker.wipe();
    await system.add('payment');
    const after = await place(sku);
    const said = await resend();
    expect(said).toMatch(/^order {9}\d+ messages sent again$/m);
    await audit(system, { sku, stock, orders: [...before, ...orders, ...after] }, 90_000);
  });
});
