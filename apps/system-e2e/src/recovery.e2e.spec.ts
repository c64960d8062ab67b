import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { type Broker, kafkaBroker } from '@duet/kafka';
import { testInfra, unique, until, workspaceRoot } from '@duet/testbed';
import { type OrderView, type ServiceName, services, System } from './system.fixture';

jest.setTimeout(120_000);

/** What the command line answered. */
interface Ended {
  readonly code: number;
  readonly out: string;
  readonly said: string;
}
interface Item {
  readonly service: string;
  readonly id: string;
  readonly state: string;
  readonly text: string;
  readonly code?: string;
  readonly saga?: string;
  readonly count?: number;
}

describe('what waits for a person, with npm run held,', () => {
  let system: System;
  let broker: Broker;
  let sku: string;
  beforeAll(async () => {
    system = await System.start({}, { RETRY_AFTER: '50ms', PARK_AFTER: '2' });
    broker = kafkaBroker({ brokers: (await testInfra()).brokers, clientId: 'test' });
  });
  afterAll(async () => {
    await broker.close();
    await system.stop();
  });
  beforeEach(async () => {
    sku = unique();
    await system.product(sku, 10, 1_000);
  });

  /** The command line, told where this suite's services are. */
  const held = (...args: string[]) => {
    const urls = services.flatMap((name) => ['--url', `${name}=${system.url(name) || 'http://127.0.0.1:1'}`]);
    return new Promise<Ended>((done) => {
      execFile(process.execPath, [resolve(workspaceRoot, 'tools/held/held.mjs'), ...args, ...urls], (error, out, said) =>
        done({ code: error ? Number(error.code) : 0, out, said }),
      );
    });
  };
  const items = async (...args: string[]) => {
    const { code, out } = await held(...args, '--json');
    return { code, items: (JSON.parse(out) as { items: Item[] }).items };
  };

  /** Nothing can be reserved, until it is opened. */
  const closeStore = () => system.sql('inventory', `alter table reservation add constraint closed check (state <> 'reserved') not valid`);
  const openStore = () => system.sql('inventory', 'alter table reservation drop constraint closed');
  const place = async (style: string, change: object = {}): Promise<string> =>
    (await system.place({ style, lines: [{ sku, quantity: 2 }], ...change })).body.orderId;
  const heldAt = async (name: ServiceName, orderId: string): Promise<Item | undefined> =>
    (await items('list', '--each', '--service', name)).items.find(({ saga }) => saga === orderId);
  const parkedAt = (name: ServiceName, orderId: string) =>
    until(async () => ((await heldAt(name, orderId))?.state === 'parked' ? heldAt(name, orderId) : undefined), {
      what: `${orderId} is parked at ${name}`,
      deadline: 30_000,
    });

  it('is seen by its reason, looked at, and tried again as one; each order goes on', async () => {
    await closeStore();
    const orders = await Promise.all([place('choreography'), place('choreography')]);
    for (const orderId of orders) await parkedAt('inventory', orderId);
    const list = await held('list', '--service', 'inventory');
    expect(list.code).toBe(0);
    expect(list.out).toMatch(/^STATE +COUNT +SERVICE +TASK +REASON +HELD FOR\nparked +2 +inventory +inventory\.ReserveStock +error /);
    expect(list.out).toContain('violates check constraint "closed"');

    const id = (await heldAt('inventory', orders[0]))?.id ?? '';
    const { out } = await held('show', id);
    for (const said of [
      'stands     parked',
      'step       nothing of it has happened',
      `saga       place-order / ${orders[0]}`,
      'from /order',
      `"${sku}"`,
    ])
      expect(out).toContain(said);

    expect(await items('redrive', id)).toMatchObject({ code: 1, items: [{ service: 'inventory', state: 'parked' }] });
    await openStore();
    const all = ['redrive', '--task', 'inventory.ReserveStock'];
    expect(await held(...all)).toMatchObject({ code: 2, said: expect.stringContaining('2 messages would be tried again') as string });
    expect((await held(...all, '--dry-run')).out).toMatch(/2 messages would be tried again, as .+; nothing was done\n$/);
    const done = await held(...all, '--yes', '--actor', 'zoe');
    expect(done.out).toMatch(/2 messages: 2 done\n$/);
    expect(done.code).toBe(0);
    for (const orderId of orders) expect(await system.ended(orderId)).toMatchObject({ status: 'confirmed' });
    expect(await held(...all, '--yes')).toMatchObject({ code: 0, out: 'none is held\n' });
    expect(await system.stock(sku)).toEqual({ available: 6, reserved: 0, shipped: 4 });
  });

  it.each(['choreography', 'orchestration', 'hybrid'])('is given up, and the order is turned back, once: %s', async (style) => {
    await closeStore();
    const orderId = await place(style);
    const { id } = await parkedAt('inventory', orderId);
    const drop = ['drop', id, '--note', 'the store burned down', '--actor', 'zoe'];
    const dropped = { state: 'dropped', text: 'inventory.ReserveStock is given up for good, and inventory.StockRejected was told' };
    for (const _ of ['once', 'again'])
      expect(await items(...drop)).toMatchObject({ code: 0, items: [{ ...dropped, service: 'inventory' }] });
    expect(await items('redrive', id)).toMatchObject({ code: 1, items: [{ state: 'not-done', code: 'dropped' }] });
    await openStore();
    const ended: OrderView = await system.ended(orderId);
    expect(ended).toMatchObject({ status: 'rejected', reason: { code: 'dropped', text: 'inventory.ReserveStock was given up by hand' } });
    expect(JSON.stringify(ended)).not.toContain('burned down');
    expect(await system.stock(sku)).toEqual({ available: 10, reserved: 0, shipped: 0 });
    const freed = `duet.outbox where saga_id = '${orderId}' and headers ->> 'ce_type' = 'duet.MessageFreed' and value like '%"by":"drop"%'`;
    expect(await system.count('inventory', freed)).toBe(1);
  });

  it('is freed by its undo when the order is cancelled meanwhile', async () => {
    await closeStore();
    const orderId = await place('choreography');
    await parkedAt('inventory', orderId);
    await system.cancel(orderId);
    expect(await system.ended(orderId)).toMatchObject({ status: 'cancelled' });
    await until(async () => (await heldAt('inventory', orderId)) === undefined, { what: 'nothing waits any more' });
    await openStore();
    expect(await system.stock(sku)).toEqual({ available: 10, reserved: 0, shipped: 0 });
  });

  it('is not given up while a payment may have been made, but settled with what the provider says', async () => {
    await system.outside.kill();
    const orderId = await place('choreography');
    const { id } = await parkedAt('payment', orderId);
    const note = ['--note', 'the provider has no such payment'];
    expect(await items('drop', id, ...note)).toMatchObject({ code: 1, items: [{ code: 'unknown-outcome' }] });
    const settle = ['settle', id, ...note, '--outcome', 'payment.PaymentFailed', '--body'];
    expect(await held(...settle, 'no JSON')).toMatchObject({ code: 2 });
    expect((await held(...settle, `{"orderId":"${orderId}"}`)).out).toContain('reason is missing in a payment.PaymentFailed');
    const body = JSON.stringify({ orderId, reason: { code: 'lost', text: 'the provider knows nothing of it' } });
    for (const _ of ['once', 'again']) expect(await items(...settle, body)).toMatchObject({ code: 0, items: [{ state: 'refused' }] });
    await system.outside.restart();
    expect(await system.ended(orderId)).toMatchObject({ status: 'rejected', reason: { code: 'lost' } });
    await until(async () => (await system.stock(sku)).available === 10, { what: 'the stock is released' });
    expect(await system.outsideSays('payments', orderId)).toEqual([]);
  });

  it('also what nobody can read goes, as a group', async () => {
    const topic = `${system.prefix}order.events`;
    const value = 'this is not JSON';
    await broker.send(
      Array.from({ length: 3 }, () => ({ topic, key: 'k', value, headers: { ce_type: 'order.OrderPlaced', ce_id: randomUUID() } })),
    );
    const aside = async () => (await items('list', '--state', 'aside', '--service', 'inventory')).items;
    await until(async () => (await aside())[0]?.count === 3, { what: 'they are set aside' });
    const drop = ['drop', '--state', 'aside', '--task', 'order.OrderPlaced', '--service', 'inventory', '--note', 'sent by a test', '--yes'];
    expect((await held(...drop)).out).toMatch(/3 messages: 3 dropped\n$/);
    expect(await aside()).toEqual([]);
  });

  it('is told of all other services when one is down, and which that is', async () => {
    await system.kill('notification');
    await closeStore();
    const orderId = await place('choreography');
    await parkedAt('inventory', orderId);
    const { code, out, said } = await held('list');
    expect({ code, out, said }).toEqual({
      code: 3,
      out: expect.stringContaining('inventory.ReserveStock') as string,
      said: expect.stringContaining('duet: notification does not answer') as string,
    });
    await openStore();
    expect(await items('redrive', '--all', '--yes', '--service', 'inventory')).toMatchObject({ code: 0 });
    expect(await system.ended(orderId)).toMatchObject({ status: 'confirmed' });
  });
});
