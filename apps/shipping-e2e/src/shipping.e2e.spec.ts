import { randomUUID } from 'node:crypto';
import * as contracts from '@duet/contracts';
import { CancelShipment, OrderCancelRequested, PaymentProcessed, ShipOrder } from '@duet/contracts';
import { Probe } from '@duet/probe';
import { type RunningOutside, runningOutside, type RunningService, runningService, uniquePrefix, until } from '@duet/testbed';

jest.setTimeout(60_000);

describe('shipping', () => {
  let outside: RunningOutside;
  let shipping: RunningService;
  let probe: Probe;
  let orderId: string;
  beforeAll(async () => {
    const prefix = uniquePrefix();
    outside = await runningOutside();
    probe = await Probe.start({ prefix, process: 'place-order', service: 'shipping', messages: contracts });
    shipping = await runningService({ app: 'shipping', prefix, env: { CARRIER_URL: outside.url, RETRY_AFTER: '200ms' } });
  });
  afterAll(async () => {
    await probe.stop();
    await shipping.stop();
    await outside.stop();
  });
  beforeEach(() => (orderId = randomUUID()));
  const shipTo = { country: 'CH', postalCode: '8001' };
  const reason = { code: 'cancelled', text: 'cancelled by the customer' };
  const ship = (country = 'CH') => probe.tell(ShipOrder, orderId, { orderId, shipTo: { ...shipTo, country } });
  const cancel = () => probe.tell(CancelShipment, orderId, { orderId, reason });
  const status = async () => (await shipping.request<{ status?: unknown }>('GET', `/shipments/${orderId}`)).body.status;
  const shipped = async () =>
    (await outside.lines('shipments')).filter(({ request, what }) => request?.reference === orderId && what === 'shipped').length;

  describe('told to ship', () => {
    it('ships to where a carrier goes', async () => {
      await ship();
      const [event] = await probe.hears(orderId, ['shipping.OrderShipped']);
      expect(event?.body).toMatchObject({ orderId, shipmentId: expect.any(String) as string, carrier: expect.any(String) as string });
      expect(await status()).toBe('shipped');
      expect(await shipped()).toBe(1);
    });

    it('says when no carrier goes there', async () => {
      await ship('AQ');
      const [event] = await probe.hears(orderId, ['shipping.ShipmentFailed']);
      expect(event?.body).toMatchObject({ reason: { code: 'no-carrier' } });
      expect(await status()).toBe('refused');
    });

    it('ships once, whether the message comes twice or another asks for the same', async () => {
      const message = probe.message(ShipOrder, orderId, { orderId, shipTo });
      await probe.send([message, message, probe.message(ShipOrder, orderId, { orderId, shipTo })]);
      await cancel();
      await probe.hears(orderId, ['shipping.OrderShipped', 'shipping.CancellationRefused']);
      expect(await shipped()).toBe(1);
    });
  });

  describe('asked whether there is still a way back', () => {
    it('promises it where nothing was shipped, and refuses the late shipment', async () => {
      await cancel();
      const [promise] = await probe.hears(orderId, ['shipping.ShipmentCancelled']);
      expect(promise?.body).toEqual({ orderId, reason });
      await ship();
      await probe.hears(orderId, ['shipping.ShipmentCancelled', 'shipping.ShipmentFailed (void)']);
      expect(await shipped()).toBe(0);
      expect(await status()).toBe('cancelled');
    });

    it('refuses where it was shipped', async () => {
      await ship();
      await probe.hears(orderId, ['shipping.OrderShipped']);
      await cancel();
      await probe.hears(orderId, ['shipping.OrderShipped', 'shipping.CancellationRefused']);
    });

    it('promises it where the carriers had refused', async () => {
      await ship('AQ');
      await probe.hears(orderId, ['shipping.ShipmentFailed']);
      await cancel();
      await probe.hears(orderId, ['shipping.ShipmentFailed', 'shipping.ShipmentCancelled']);
    });
  });

  describe('by itself', () => {
    it('ships when the payment is processed', async () => {
      await probe.tell(PaymentProcessed, orderId, { orderId, paymentId: 'p' }, { facts: { orderId, shipTo } });
      await probe.hears(orderId, ['shipping.OrderShipped']);
    });

    it('takes a request to cancel as the question', async () => {
      await probe.tell(OrderCancelRequested, orderId, { orderId, reason }, { facts: { orderId, shipTo } });
      await probe.hears(orderId, ['shipping.ShipmentCancelled']);
    });
  });

  it('sets aside what it cannot understand and goes on', async () => {
    await probe.send([{ ...probe.message(ShipOrder, orderId, { orderId, shipTo }), value: 'ship it!' }]);
    const aside = async () => (await shipping.request<{ items: { reason: { code: string } }[] }>('GET', '/held?state=aside')).body.items;
    await until(async () => (await aside()).some(({ reason: { code } }) => code === 'not-json'), { what: 'the message is set aside' });
    await ship();
    await probe.hears(orderId, ['shipping.OrderShipped']);
  });

  it('says problem+json about a shipment that is not there', async () => {
    expect(await shipping.request('GET', `/shipments/${randomUUID()}`)).toMatchObject({ status: 404, body: { title: 'Not Found' } });
  });
});
