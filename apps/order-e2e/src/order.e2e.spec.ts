import { randomUUID } from 'node:crypto';
import * as contracts from '@duet/contracts';
import {
  ConfirmOrder,
  OrderShipped,
  PaymentFailed,
  RejectOrder,
  ShipmentCancelled,
  ShipmentFailed,
  StockRejected,
  StockReserved,
} from '@duet/contracts';
import { Probe } from '@duet/probe';
import { anOrder, type Reply, type RunningService, runningService, uniquePrefix, until } from '@duet/testbed';

jest.setTimeout(60_000);

interface OrderView {
  readonly orderId: string;
  readonly status: string;
  readonly reason?: { readonly code: string };
  readonly total: number;
  readonly lines: readonly object[];
  readonly history?: readonly { readonly type: string }[];
}
interface ProblemView {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly code?: string;
  readonly errors?: readonly { readonly path: string }[];
}

describe('order', () => {
  let order: RunningService;
  let probe: Probe;
  beforeAll(async () => {
    const prefix = uniquePrefix();
    probe = await Probe.start({ prefix, process: 'place-order', service: 'order', messages: contracts });
    order = await runningService({ app: 'order', prefix, env: { RETRY_AFTER: '200ms' } });
  });
  afterAll(async () => {
    await probe.stop();
    await order.stop();
  });
  const post = <T = OrderView>(body: unknown, headers: Record<string, string> = { 'Idempotency-Key': randomUUID() }): Promise<Reply<T>> =>
    order.request<T>('POST', '/orders', { body, headers: { 'content-type': 'application/json', ...headers } });
  const place = async (): Promise<string> => (await post(anOrder())).body.orderId;
  const get = async (orderId: string): Promise<OrderView> =>
    (await order.request<OrderView>('GET', `/orders/${orderId}?expand=history`)).body;
  const reason = (code: string) => ({ code, text: 'for a test' });

  describe('asked to place an order', () => {
    it('takes it, prices it, and tells the world', async () => {
      const { status, headers, body } = await post(anOrder());
      expect({ status, location: headers.get('location') }).toEqual({ status: 202, location: `/orders/${body.orderId}` });
      expect(body).toMatchObject({ status: 'placed', total: 3_998, currency: 'CHF', style: 'choreography' });
      const [placed] = await probe.hears(body.orderId, ['order.OrderPlaced']);
      expect(placed).toMatchObject({ hop: 0, seq: 1, process: 'place-order', source: '/order' });
      expect(placed?.facts).toEqual(placed?.body);
    });

    it('knows the same key again, and tells the world once', async () => {
      const key = randomUUID();
      const first = await post(anOrder(), { 'Idempotency-Key': key });
      const again = await post(anOrder(), { 'Idempotency-Key': key.toUpperCase() });
      expect(again.body).toEqual(first.body);
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      await probe.tell(RejectOrder, first.body.orderId, { orderId: first.body.orderId, reason: reason('no-stock') });
      await probe.hears(first.body.orderId, ['order.OrderPlaced', 'order.OrderRejected']);
      const ended = await post(anOrder(), { 'Idempotency-Key': key });
      expect(ended).toMatchObject({ status: 201, body: { status: 'rejected', reason: { code: 'no-stock' } } });
    });

    it('refuses the same key for another order', async () => {
      const key = randomUUID();
      await post(anOrder(), { 'Idempotency-Key': key });
      const other = await post<ProblemView>(anOrder({ customerId: 'c-43' }), { 'Idempotency-Key': key });
      expect(other).toMatchObject({ status: 422, body: { code: 'key-reused' } });
    });

    it('makes one order of many equal requests at once', async () => {
      const key = randomUUID();
      const answers = await Promise.all(Array.from({ length: 20 }, () => post(anOrder(), { 'Idempotency-Key': key })));
      expect(answers.every(({ status }) => status === 202 || status === 409)).toBe(true);
      const ids = new Set(answers.filter(({ status }) => status === 202).map(({ body }) => body.orderId));
      expect(ids.size).toBe(1);
      const [orderId = ''] = ids;
      await probe.hears(orderId, ['order.OrderPlaced']);
    });

    it('answers when the order has ended, if that is preferred', async () => {
      const key = randomUUID();
      const first = await post(anOrder(), { 'Idempotency-Key': key });
      const waiting = post(anOrder(), { 'Idempotency-Key': key, Prefer: 'respond-async, wait=20' });
      await probe.tell(ConfirmOrder, first.body.orderId, { orderId: first.body.orderId });
      const { status, body, headers } = await waiting;
      expect({ status, end: body.status, applied: headers.get('preference-applied') }).toEqual({
        status: 201,
        end: 'confirmed',
        applied: 'wait=20',
      });
    });

    it('answers that it is open when the wait is over', async () => {
      const { status, body } = await post(anOrder(), { 'Idempotency-Key': randomUUID(), Prefer: 'wait=1' });
      expect({ status, end: body.status }).toEqual({ status: 202, end: 'placed' });
    });

    it('keeps the price at which it was placed', async () => {
      const sku = 'test-price';
      await order.request('PUT', `/products/${sku}`, { body: { name: 'Test', price: 100 } });
      const { body } = await post(anOrder({ lines: [{ sku, quantity: 3 }] }));
      await order.request('PUT', `/products/${sku}`, { body: { name: 'Test', price: 900 } });
      expect((await get(body.orderId)).total).toBe(300);
    });
  });

  describe('told how the order ends', () => {
    it('confirms', async () => {
      const orderId = await place();
      await probe.tell(ConfirmOrder, orderId, { orderId });
      await probe.hears(orderId, ['order.OrderPlaced', 'order.OrderConfirmed']);
      expect((await get(orderId)).status).toBe('confirmed');
    });

    it.each([
      ['cancelled', 'cancelled'],
      ['timeout', 'rejected'],
      ['no-stock', 'rejected'],
    ])('for the reason %s it is %s', async (code, end) => {
      const orderId = await place();
      await probe.tell(RejectOrder, orderId, { orderId, reason: reason(code) });
      await probe.hears(orderId, ['order.OrderPlaced', 'order.OrderRejected']);
      expect(await get(orderId)).toMatchObject({ status: end, reason: { code } });
    });

    it('ends once: the same command again says nothing, the opposite one is parked for a person', async () => {
      const orderId = await place();
      await probe.tell(ConfirmOrder, orderId, { orderId });
      await probe.tell(ConfirmOrder, orderId, { orderId });
      await probe.tell(RejectOrder, orderId, { orderId, reason: reason('timeout') });
      const parked = async () =>
        (await order.request<{ items: { saga: string; reason: { code: string } }[] }>('GET', '/held?state=parked')).body.items;
      await until(async () => (await parked()).find(({ saga }) => saga === orderId)?.reason.code === 'NotOpen', {
        what: 'the rejection is parked',
      });
      await probe.hears(orderId, ['order.OrderPlaced', 'order.OrderConfirmed']);
      expect((await get(orderId)).status).toBe('confirmed');
    });
  });

  describe('by itself', () => {
    it.each([
      ['there was no stock', StockRejected],
      ['the payment failed', PaymentFailed],
      ['the shipment failed', ShipmentFailed],
      ['the shipment was cancelled', ShipmentCancelled],
    ])('rejects when %s', async (_, event) => {
      const orderId = await place();
      await probe.tell(event, orderId, { orderId, reason: reason('test') });
      await probe.hears(orderId, ['order.OrderPlaced', 'order.OrderRejected']);
      expect(await get(orderId)).toMatchObject({ status: 'rejected', reason: { code: 'test' } });
    });

    it('confirms when the order was shipped', async () => {
      const orderId = await place();
      await probe.tell(OrderShipped, orderId, { orderId, shipmentId: 's', carrier: 'c' });
      await probe.hears(orderId, ['order.OrderPlaced', 'order.OrderConfirmed']);
    });

    it('notes what it hears, once for each message', async () => {
      const orderId = await place();
      const message = probe.message(StockReserved, orderId, { orderId });
      await probe.send([message, message]);
      await probe.tell(StockRejected, orderId, { orderId, reason: reason('undone') }, { void: true });
      await until(async () => (await get(orderId)).history?.length === 2, { what: 'both events are noted' });
      expect((await get(orderId)).history?.map(({ type }) => type).sort()).toEqual(['inventory.StockReserved', 'order.OrderPlaced']);
      expect((await get(orderId)).status).toBe('placed');
    });
  });

  describe('asked to cancel', () => {
    it('passes the question on, and answers by how the order stands', async () => {
      const orderId = await place();
      const cancel = () => order.request<OrderView & ProblemView>('POST', `/orders/${orderId}/cancel`);
      expect((await cancel()).status).toBe(202);
      expect((await cancel()).status).toBe(202);
      await probe.hears(orderId, ['order.OrderPlaced', 'order.OrderCancelRequested']);
      await probe.tell(RejectOrder, orderId, { orderId, reason: reason('cancelled') });
      await until(async () => (await cancel()).status === 200, { what: 'the order is cancelled' });
      // Asked twice, it is one request: a copy of it that is sent again has the same number.
      const asked = probe.events.filter(({ saga, type }) => saga === orderId && type === 'order.OrderCancelRequested');
      expect([...new Set(asked.map(({ seq }) => seq))]).toEqual([2]);
    });

    it('by somebody who operates it, it is noted who, beside what customers ask', async () => {
      const [orderId, customers] = [await place(), await place()];
      const cancel = (id: string, actor?: string) =>
        order.request<OrderView & ProblemView>(
          'POST',
          `/orders/${id}/cancel`,
          actor === undefined ? {} : { headers: { 'X-Actor': actor } },
        );
      const operations = async (query: string) =>
        (await order.request<{ items: object[]; next?: string }>('GET', `/orders/operations?${query}`)).body;
      expect(await cancel(orderId, ' ')).toMatchObject({ status: 400, body: { code: 'no-actor' } });
      expect((await cancel(orderId, 'zoe')).status).toBe(202);
      expect((await cancel(customers)).status).toBe(202);
      await probe.hears(orderId, ['order.OrderPlaced', 'order.OrderCancelRequested']);
      const text = 'cancelled by zoe';
      const entry = { orderId, did: 'cancel', actor: 'zoe', reason: { code: 'cancelled', text }, status: 'placed' };
      expect(await operations(`orderId=${orderId}`)).toMatchObject({ items: [entry] });
      expect(await operations('actor=zoe&limit=1')).toMatchObject({ items: [entry] });
      for (const none of [`orderId=${customers}`, 'orderId=x', 'actor=nobody', `orderId=${orderId}&cursor=1`])
        expect(await operations(none)).toEqual({ items: [] });
      await probe.tell(RejectOrder, orderId, { orderId, reason: reason('cancelled') });
      await until(async () => JSON.stringify(await operations(`orderId=${orderId}`)).includes('"status":"cancelled"'), {
        what: 'it is cancelled',
      });
      for (const query of ['limit=0', 'cursor=0', 'actor=%00'])
        expect((await order.request('GET', `/orders/operations?${query}`)).status).toBe(400);
    });

    it('shows beforehand what would be undone', async () => {
      const orderId = await place();
      const preview = async () => (await order.request('GET', `/orders/${orderId}/cancel-preview`)).body;
      expect(await preview()).toMatchObject({ possible: true, undos: [], asks: 'shipping.CancelShipment' });
      await probe.tell(StockReserved, orderId, { orderId });
      await until(async () => (await get(orderId)).history?.length === 2, { what: 'the reservation is noted' });
      expect(await preview()).toMatchObject({ possible: true, undos: ['inventory.ReleaseStock'] });
      await probe.tell(ConfirmOrder, orderId, { orderId });
      await until(async () => (await get(orderId)).status === 'confirmed', { what: 'the order is confirmed' });
      expect(await preview()).toEqual({ possible: false, text: 'It is too late: the order is confirmed.', undos: [] });
      expect((await order.request('GET', '/orders/none/cancel-preview')).status).toBe(404);
    });

    it('says when it is too late', async () => {
      const orderId = await place();
      await probe.tell(ConfirmOrder, orderId, { orderId });
      await probe.hears(orderId, ['order.OrderPlaced', 'order.OrderConfirmed']);
      expect(await order.request('POST', `/orders/${orderId}/cancel`)).toMatchObject({ status: 409, body: { code: 'confirmed' } });
    });
  });

  it('lists orders, newest first, page by page', async () => {
    const ids = [await place(), await place(), await place()];
    const page = async (query: string) => (await order.request<{ items: OrderView[]; next?: string }>('GET', `/orders?${query}`)).body;
    const first = await page('status=placed&limit=2');
    const second = await page(`status=placed&limit=1&cursor=${first.next ?? ''}`);
    expect([...first.items, ...second.items].map(({ orderId }) => orderId)).toEqual(ids.reverse());
  });

  it('sets aside what it cannot understand and goes on', async () => {
    const orderId = await place();
    await probe.send([{ ...probe.message(ConfirmOrder, orderId, { orderId }), value: '{}' }]);
    const aside = async () => (await order.request<{ items: { reason: { code: string } }[] }>('GET', '/held?state=aside')).body.items;
    await until(async () => (await aside()).some(({ reason: { code } }) => code === 'schema'), { what: 'the message is set aside' });
    await probe.tell(ConfirmOrder, orderId, { orderId });
    await probe.hears(orderId, ['order.OrderPlaced', 'order.OrderConfirmed']);
  });

  it('answers what nothing can be held under, whatever its bytes', async () => {
    expect(await order.request('GET', '/held/%00')).toMatchObject({ status: 404, body: { title: 'Not Found' } });
    expect(await order.request('GET', '/held?reason=%00')).toMatchObject({ status: 200, body: { items: [] } });
    for (const query of ['state=open', 'limit=0', 'cursor=x']) expect((await order.request('GET', `/held?${query}`)).status).toBe(400);
  });

  it('documents itself', async () => {
    const { body } = await order.request<{ openapi: string; paths: Record<string, unknown>; components: { schemas: object } }>(
      'GET',
      '/openapi.json',
    );
    expect(body.openapi).toMatch(/^3\.1/);
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining(['/orders', '/orders/{orderId}', '/orders/{orderId}/cancel', '/products', '/held']),
    );
    // What is said by messages is nobody's REST.
    expect(Object.keys(body.components.schemas).sort()).toEqual([
      'CancelPreviewView',
      'DropGroup',
      'DropHeld',
      'GroupDoneView',
      'HeldGroupsView',
      'HeldOneView',
      'HeldOperationsPage',
      'HeldPage',
      'OperatedView',
      'OrderOperationsPage',
      'OrderPage',
      'OrderView',
      'OutboxView',
      'PlaceOrder',
      'Problem',
      'ProductChange',
      'ProductList',
      'ProductView',
      'RedriveGroup',
      'ResendOutbox',
      'ResentView',
      'SettleHeld',
    ]);
    expect((await order.request('GET', '/docs')).status).toBe(200);
    expect((await order.request('GET', '/metrics')).text).toContain('duet_handled_total');
  });

  describe('refuses, with problem+json and nothing stored,', () => {
    const good = anOrder();
    const line = (change: object) => ({ ...good, lines: [{ ...good.lines[0], ...change }] });
    const text = JSON.stringify(good);
    const bad: [string, number, unknown, Record<string, string>?][] = [
      ['no Idempotency-Key', 400, good, {}],
      ['a malformed Idempotency-Key', 400, good, { 'Idempotency-Key': 'order-1' }],
      ['malformed JSON', 400, text.slice(0, -1)],
      ['no body', 400, ''],
      ['a body that is no object', 422, '[]'],
      ['a body over 64 KiB', 413, { ...good, customerId: 'c'.repeat(70_000) }],
      ['another content type', 415, text, { 'Idempotency-Key': randomUUID(), 'content-type': 'text/plain' }],
      ['an unknown field', 422, { ...good, coupon: 'x' }],
      ['an unknown field of a line', 422, line({ price: 1 })],
      ['__proto__', 422, text.replace('{', '{"__proto__":{"admin":true},')],
      ['__proto__ inside', 422, text.replace('"country"', '"__proto__":{},"country"')],
      ['an unknown sku', 422, line({ sku: 'no-such-thing' })],
      ['one sku twice', 422, { ...good, lines: [good.lines[0], good.lines[0]] }],
      ...[0, -1, 1.5, '2', 10 ** 9, null, true].map((quantity): [string, number, unknown] => [
        `quantity ${JSON.stringify(quantity)}`,
        422,
        line({ quantity }),
      ]),
      ['no lines', 422, { ...good, lines: [] }],
      ['lines that are none', 422, { ...good, lines: 'many' }],
      ['1,001 lines', 422, { ...good, lines: Array.from({ length: 1_001 }, (_, n) => ({ sku: `s-${n}`, quantity: 1 })) }],
      ...['tango', 7].map((style): [string, number, unknown] => [`style ${style}`, 422, { ...good, style }]),
      ['a customer with \\u0000', 422, text.replace('c-42', 'c\\u0000')],
      ['a postal code with \\u0000', 422, text.replace('8001', '80\\u00001')],
      ['a country that is none', 422, { ...good, shipTo: { country: 'Switzerland', postalCode: '8001' } }],
      ['no destination', 422, { ...good, shipTo: undefined }],
    ];

    const count = async () => Number((await order.request<{ items: unknown[] }>('GET', '/orders?limit=200')).body.items.length);

    // Rest parameters: jest takes a fourth one that a row does not fill for its `done`.
    it.each(bad)('%s', async (...[, status, body, headers]) => {
      const before = await count();
      const answer = await post<ProblemView>(body, headers);
      expect({ status: answer.status, type: answer.headers.get('content-type') }).toEqual({
        status,
        type: expect.stringContaining('application/problem+json') as string,
      });
      expect(answer.body).toMatchObject({ status, title: expect.any(String) as string, detail: expect.any(String) as string });
      expect(await count()).toBe(before);
    });

    it.each(['x', '1', '%00', randomUUID(), '../../etc/passwd', `${randomUUID()}0`])('the order %s, which is none', async (id) => {
      for (const [method, path] of [
        ['GET', `/orders/${encodeURIComponent(id)}`],
        ['POST', `/orders/${encodeURIComponent(id)}/cancel`],
      ] as const) {
        expect(await order.request(method, path)).toMatchObject({ status: 404, body: { title: 'Not Found' } });
      }
    });

    it.each(['status=open', 'style=tango', 'limit=0', 'limit=1e3', 'limit=201', 'cursor=-1', 'cursor=x'])(
      'the list with %s',
      async (query) => {
        expect(await order.request('GET', `/orders?${query}`)).toMatchObject({ status: 400 });
      },
    );
  });
});
