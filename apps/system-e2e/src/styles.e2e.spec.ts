import { styles } from '@duet/message';
import { unique, until } from '@duet/testbed';
import { System } from './system.fixture';

jest.setTimeout(120_000);

let system: System;
beforeAll(async () => {
  system = await System.start();
});
afterAll(() => system.stop());

describe.each(styles)('an order, %s', (style) => {
  let sku: string;
  beforeEach(async () => {
    sku = unique();
    await system.product(sku, 10, 1_000);
  });
  const two = () => [{ sku, quantity: 2 }];
  const status = async (path: string, name: 'payment' | 'shipping') =>
    (await system.get<{ status?: string | number }>(name, path)).body.status;
  const mailed = async (orderId: string, kinds: string[]) => {
    await until(async () => (await system.mails(orderId)).length >= kinds.length, { what: `mails about ${orderId}: ${kinds.join(', ')}` });
    expect(await system.mails(orderId)).toEqual(kinds);
  };

  it('where everything is fine is confirmed: stock gone, money taken, goods shipped, customer told', async () => {
    const { status: code, body, headers } = await system.place({ style, lines: two() }, { wait: 20 });
    expect({ code, status: body.status, total: body.total }).toEqual({ code: 201, status: 'confirmed', total: 2_000 });
    const { orderId } = body;
    expect(headers.get('location')).toBe(`/orders/${orderId}`);
    await until(async () => (await system.stock(sku)).shipped === 2, { what: 'the goods are issued' });
    expect(await system.stock(sku)).toEqual({ available: 8, reserved: 0, shipped: 2 });
    expect((await system.get('payment', `/payments/${orderId}`)).body).toEqual({ orderId, status: 'charged', amount: 2_000, refunded: 0 });
    expect(await status(`/shipments/${orderId}`, 'shipping')).toBe('shipped');
    expect(await system.outsideSays('payments', orderId)).toEqual(['charged 2000']);
    expect(await system.outsideSays('shipments', orderId)).toEqual(['shipped']);
    await mailed(orderId, ['confirmation']);
    await until(async () => (await system.order(orderId)).history?.length === 6, { what: 'its history is complete' });
    expect((await system.order(orderId)).history?.map(({ type }) => type).sort()).toEqual(
      [
        'inventory.StockIssued',
        'inventory.StockReserved',
        'order.OrderConfirmed',
        'order.OrderPlaced',
        'payment.PaymentProcessed',
        'shipping.OrderShipped',
      ].sort(),
    );
  });

  it('for which there is not enough stock is rejected, and nothing else happens', async () => {
    const { body } = await system.place({ style, lines: [{ sku, quantity: 11 }] }, { wait: 20 });
    expect(body).toMatchObject({ status: 'rejected', reason: { code: 'no-stock' } });
    const { orderId } = body;
    await mailed(orderId, ['rejection']);
    expect(await system.stock(sku)).toEqual({ available: 10, reserved: 0, shipped: 0 });
    expect(await status(`/payments/${orderId}`, 'payment')).toBe(404);
    expect(await status(`/shipments/${orderId}`, 'shipping')).toBe(404);
    expect(await system.outsideSays('payments', orderId)).toEqual([]);
    expect(await system.outsideSays('shipments', orderId)).toEqual([]);
  });

  it('whose card is declined is rejected, and its stock is available again', async () => {
    const { body } = await system.place({ style, lines: two(), paymentMethod: 'card_declined' }, { wait: 20 });
    expect(body).toMatchObject({ status: 'rejected', reason: { code: 'payment-declined' } });
    const { orderId } = body;
    await mailed(orderId, ['rejection']);
    await until(async () => (await system.stock(sku)).reserved === 0, { what: 'the stock is released' });
    expect(await system.stock(sku)).toEqual({ available: 10, reserved: 0, shipped: 0 });
    expect((await system.get('payment', `/payments/${orderId}`)).body).toEqual({ orderId, status: 'declined', amount: 2_000, refunded: 0 });
    expect(await system.outsideSays('payments', orderId)).toEqual(['declined 2000']);
    expect(await system.outsideSays('shipments', orderId)).toEqual([]);
  });

  it('to where no carrier goes is rejected, refunded, and its stock is available again', async () => {
    const { body } = await system.place({ style, lines: two(), shipTo: { country: 'AQ', postalCode: '0' } }, { wait: 20 });
    expect(body).toMatchObject({ status: 'rejected', reason: { code: 'no-carrier' } });
    const { orderId } = body;
    await mailed(orderId, ['refund', 'rejection']);
    await until(async () => (await system.stock(sku)).reserved === 0, { what: 'the stock is released' });
    expect(await system.stock(sku)).toEqual({ available: 10, reserved: 0, shipped: 0 });
    expect((await system.get('payment', `/payments/${orderId}`)).body).toEqual({
      orderId,
      status: 'refunded',
      amount: 2_000,
      refunded: 2_000,
    });
    expect(await status(`/shipments/${orderId}`, 'shipping')).toBe('refused');
    expect(await system.outsideSays('payments', orderId)).toEqual(['charged 2000', 'cancelled 2000']);
    expect(await system.outsideSays('shipments', orderId)).toEqual(['refused']);
  });

  it('with a flaky card is confirmed all the same, and charged once', async () => {
    const { body } = await system.place({ style, lines: two(), paymentMethod: 'card_flaky' }, { wait: 20 });
    expect(body.status).toBe('confirmed');
    expect(await system.outsideSays('payments', body.orderId)).toEqual(['charged 2000']);
  });

  it('that its customer cancels while the card is slow is cancelled, and nothing is shipped or kept', async () => {
    const { body } = await system.place({ style, lines: two(), paymentMethod: 'card_slow' });
    const { orderId } = body;
    const asked = await system.cancel(orderId);
    expect(asked.status).toBe(202);
    expect(await system.ended(orderId)).toMatchObject({ status: 'cancelled', reason: { code: 'cancelled' } });
    await until(async () => (await system.stock(sku)).reserved === 0, { what: 'the stock is released' });
    await until(
      async () =>
        (await system.outsideSays('payments', orderId)).every((line) => !line.startsWith('charged')) ||
        (await system.outsideSays('payments', orderId)).length === 2,
      {
        what: 'what was charged is given back',
      },
    );
    expect(await system.stock(sku)).toEqual({ available: 10, reserved: 0, shipped: 0 });
    expect(await system.outsideSays('shipments', orderId)).toEqual([]);
    expect((await system.cancel(orderId)).status).toBe(200);
  });

  it('that is confirmed cannot be cancelled any more', async () => {
    const { body } = await system.place({ style, lines: two() }, { wait: 20 });
    const { status: code, body: problem } = await system.cancel(body.orderId);
    expect(code).toBe(409);
    expect(problem).toMatchObject({ code: 'confirmed', title: 'Conflict' });
  });

  it(`is ${style === 'choreography' ? 'unknown to the orchestrator' : 'known to the orchestrator, to its end'}`, async () => {
    const { body } = await system.place({ style, lines: two() }, { wait: 20 });
    const saga = () => system.saga(body.orderId);
    if (style === 'choreography') expect((await saga()).status).toBe(404);
    else {
      await until(async () => (await saga()).body.status === 'completed', { what: 'the orchestrator has heard of the end' });
      expect((await saga()).body).toMatchObject({ style, version: 1, residue: [], ifCancelled: { possible: false } });
    }
  });
});

it('an order in a style that does not exist is refused', async () => {
  expect((await system.place({ style: 'tango' })).status).toBe(422);
});
