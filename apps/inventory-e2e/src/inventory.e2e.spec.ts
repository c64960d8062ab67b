import { randomUUID } from 'node:crypto';
import * as contracts from '@duet/contracts';
import {
  IssueStock,
  OrderPlaced,
  OrderShipped,
  PaymentFailed,
  ReleaseStock,
  ReserveStock,
  ShipmentCancelled,
  ShipmentFailed,
} from '@duet/contracts';
import { Probe } from '@duet/probe';
import { type RunningService, runningService, unique, uniquePrefix, until } from '@duet/testbed';

jest.setTimeout(60_000);

describe('inventory', () => {
  let inventory: RunningService;
  let probe: Probe;
  let sku: string;
  let orderId: string;
  beforeAll(async () => {
    const prefix = uniquePrefix();
    probe = await Probe.start({ prefix, process: 'place-order', service: 'inventory', messages: contracts });
    inventory = await runningService({ app: 'inventory', prefix, env: { RETRY_AFTER: '200ms' } });
  });
  afterAll(async () => {
    await probe.stop();
    await inventory.stop();
  });
  beforeEach(async () => {
    [sku, orderId] = [unique(), randomUUID()];
    await inventory.request('PUT', `/stock/${sku}`, { body: { available: 10 } });
  });
  const stock = async () => (await inventory.request('GET', `/stock/${sku}`)).body;
  const lines = (quantity: number) => [{ sku, quantity }];
  const placed = (quantity: number) => ({
    orderId,
    customerId: 'c-42',
    lines: [{ sku, quantity, price: 100 }],
    total: quantity * 100,
    currency: 'CHF',
    paymentMethod: 'card_ok',
    shipTo: { country: 'CH', postalCode: '8001' },
  });
  const reason = { code: 'test', text: 'for a test' };
  const reserve = async (quantity = 3) => {
    await probe.tell(ReserveStock, orderId, { orderId, lines: lines(quantity) });
    await probe.hears(orderId, ['inventory.StockReserved']);
  };

  it('begins with each product of the shop, and with fewer of it than one order may ask for', async () => {
    for (const sold of ['espresso-beans', 'filter-beans', 'grinder', 'kettle', 'limited-cup']) {
      const { available } = (await inventory.request<{ available: number }>('GET', `/stock/${sold}`)).body;
      expect(available).toBeGreaterThan(2);
      expect(available).toBeLessThan(contracts.maxQuantity);
    }
  });

  describe('told to reserve', () => {
    it('reserves what is there', async () => {
      await reserve();
      expect(await stock()).toEqual({ sku, available: 7, reserved: 3, shipped: 0 });
    });

    it('refuses what is not, with the reason', async () => {
      await probe.tell(ReserveStock, orderId, { orderId, lines: lines(11) });
      const [refused] = await probe.hears(orderId, ['inventory.StockRejected']);
      expect(refused?.body).toMatchObject({ orderId, reason: { code: 'no-stock' } });
      expect(await stock()).toEqual({ sku, available: 10, reserved: 0, shipped: 0 });
    });

    it('reserves all lines or none', async () => {
      await probe.tell(ReserveStock, orderId, { orderId, lines: [...lines(1), { sku: 'no-such-thing', quantity: 1 }] });
      await probe.hears(orderId, ['inventory.StockRejected']);
      expect(await stock()).toEqual({ sku, available: 10, reserved: 0, shipped: 0 });
    });

    it('reserves once, whether the message comes twice or another asks for the same', async () => {
      const id = randomUUID();
      const data = { orderId, lines: lines(3) };
      const message = probe.message(ReserveStock, orderId, data, { id });
      await probe.send([message, message, probe.message(ReserveStock, orderId, data)]);
      await probe.tell(ReleaseStock, orderId, { orderId });
      await probe.hears(orderId, ['inventory.StockReserved', 'inventory.StockReleased']);
      expect(await stock()).toEqual({ sku, available: 10, reserved: 0, shipped: 0 });
    });
  });

  describe('told to release', () => {
    it('gives back what was reserved', async () => {
      await reserve();
      await probe.tell(ReleaseStock, orderId, { orderId });
      await probe.hears(orderId, ['inventory.StockReserved', 'inventory.StockReleased']);
      expect(await stock()).toEqual({ sku, available: 10, reserved: 0, shipped: 0 });
    });

    it('before it was told to reserve, says so, and refuses the late reservation', async () => {
      await probe.tell(ReleaseStock, orderId, { orderId });
      await probe.hears(orderId, ['inventory.StockReleased']);
      await probe.tell(ReserveStock, orderId, { orderId, lines: lines(3) });
      const [, late] = await probe.hears(orderId, ['inventory.StockReleased', 'inventory.StockRejected (void)']);
      expect(late?.body).toMatchObject({ reason: { code: 'undone' } });
      expect(await stock()).toEqual({ sku, available: 10, reserved: 0, shipped: 0 });
    });
  });

  describe('told to issue', () => {
    it('turns the reservation into goods gone', async () => {
      await reserve();
      await probe.tell(IssueStock, orderId, { orderId });
      await probe.hears(orderId, ['inventory.StockReserved', 'inventory.StockIssued']);
      expect(await stock()).toEqual({ sku, available: 7, reserved: 0, shipped: 3 });
    });

    it('what nobody reserved, parks it for a person', async () => {
      await probe.tell(IssueStock, orderId, { orderId });
      const parked = async () =>
        (await inventory.request<{ items: { saga: string; reason: { code: string } }[] }>('GET', '/held?state=parked')).body.items;
      await until(async () => (await parked()).find(({ saga }) => saga === orderId)?.reason.code === 'NothingReserved', {
        what: 'the message is parked',
      });
    });
  });

  describe('by itself', () => {
    it('reserves when an order was placed', async () => {
      await probe.tell(OrderPlaced, orderId, placed(2));
      const [reserved] = await probe.hears(orderId, ['inventory.StockReserved']);
      expect(reserved?.facts).toMatchObject({ customerId: 'c-42', total: 200 });
      expect(await stock()).toEqual({ sku, available: 8, reserved: 2, shipped: 0 });
    });

    it.each([
      ['the payment failed', PaymentFailed],
      ['the shipment failed', ShipmentFailed],
      ['the shipment was cancelled', ShipmentCancelled],
    ])('releases when %s', async (_, event) => {
      await reserve();
      await probe.tell(event, orderId, { orderId, reason }, { facts: placed(3) });
      await probe.hears(orderId, ['inventory.StockReserved', 'inventory.StockReleased']);
    });

    it('issues when the order was shipped', async () => {
      await reserve();
      await probe.tell(OrderShipped, orderId, { orderId, shipmentId: 's', carrier: 'c' }, { facts: placed(3) });
      await probe.hears(orderId, ['inventory.StockReserved', 'inventory.StockIssued']);
    });

    it('does nothing about a refusal that is void', async () => {
      await reserve();
      await probe.tell(PaymentFailed, orderId, { orderId, reason }, { facts: placed(3), void: true });
      await probe.tell(IssueStock, orderId, { orderId });
      await probe.hears(orderId, ['inventory.StockReserved', 'inventory.StockIssued']);
    });
  });

  it('says problem+json to a bad sku and to bad stock', async () => {
    expect((await inventory.request('GET', '/stock/Nothing%00')).status).toBe(404);
    for (const body of [
      { available: -1 },
      { available: 1.5 },
      { available: '2' },
      {},
      { available: 1, more: 2 },
      '{"available":1,"__proto__":{}}',
      '[]',
    ]) {
      const answer = await inventory.request('PUT', `/stock/${sku}`, { body, headers: { 'content-type': 'application/json' } });
      expect({ body, status: answer.status, type: answer.headers.get('content-type') }).toMatchObject({
        status: 422,
        type: expect.stringContaining('application/problem+json') as string,
      });
    }
    expect(await stock()).toEqual({ sku, available: 10, reserved: 0, shipped: 0 });
  });
});
