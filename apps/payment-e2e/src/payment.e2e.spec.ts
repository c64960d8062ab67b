import { randomUUID } from 'node:crypto';
import * as contracts from '@duet/contracts';
import { ProcessPayment, RefundPayment, ShipmentCancelled, ShipmentFailed, StockReserved } from '@duet/contracts';
import { Probe } from '@duet/probe';
import { type RunningOutside, runningOutside, type RunningService, runningService, uniquePrefix, until } from '@duet/testbed';

jest.setTimeout(60_000);

describe('payment', () => {
  let outside: RunningOutside;
  let payment: RunningService;
  let probe: Probe;
  let orderId: string;
  beforeAll(async () => {
    const prefix = uniquePrefix();
    outside = await runningOutside({ CARD_SLOW: '1s' });
    probe = await Probe.start({ prefix, process: 'place-order', service: 'payment', messages: contracts });
    payment = await runningService({ app: 'payment', prefix, env: { PROVIDER_URL: outside.url, RETRY_AFTER: '200ms', PARK_AFTER: '4' } });
  });
  afterAll(async () => {
    await probe.stop();
    await payment.stop();
    await outside.stop();
  });
  beforeEach(() => (orderId = randomUUID()));
  const facts = () => ({
    orderId,
    customerId: 'c-42',
    lines: [{ sku: 'a', quantity: 1, price: 1_250 }],
    total: 1_250,
    currency: 'CHF',
    paymentMethod: 'card_ok',
    shipTo: { country: 'CH', postalCode: '8001' },
  });
  const pay = (paymentMethod = 'card_ok') =>
    probe.tell(ProcessPayment, orderId, { orderId, amount: 1_250, currency: 'CHF', paymentMethod });
  const own = async () => (await payment.request('GET', `/payments/${orderId}`)).body;
  const lines = async () => {
    const all = await outside.lines('payments');
    const keys = new Set(all.filter(({ request }) => request?.reference === orderId).map(({ key }) => key));
    return all.filter(({ key }) => keys.has(key)).map(({ what }) => what);
  };

  describe('told to charge', () => {
    it('charges a good card', async () => {
      await pay();
      const [charged] = await probe.hears(orderId, ['payment.PaymentProcessed']);
      expect(charged?.body).toEqual({ orderId, paymentId: expect.any(String) as string });
      expect(await own()).toEqual({ orderId, status: 'charged', amount: 1_250, refunded: 0 });
      expect(await lines()).toEqual(['charged']);
    });

    it('says why a card is declined', async () => {
      await pay('card_declined');
      const [declined] = await probe.hears(orderId, ['payment.PaymentFailed']);
      expect(declined?.body).toMatchObject({ reason: { code: 'payment-declined' } });
      expect(await own()).toEqual({ orderId, status: 'declined', amount: 1_250, refunded: 0 });
    });

    it('charges a flaky card once, after it has failed twice', async () => {
      await pay('card_flaky');
      await probe.hears(orderId, ['payment.PaymentProcessed']);
      expect(await lines()).toEqual(['charged']);
    });

    it('charges once, whether the message comes twice or another asks for the same', async () => {
      const data = { orderId, amount: 1_250, currency: 'CHF', paymentMethod: 'card_ok' };
      const message = probe.message(ProcessPayment, orderId, data);
      await probe.send([message, message, probe.message(ProcessPayment, orderId, data)]);
      await probe.tell(RefundPayment, orderId, { orderId });
      await probe.hears(orderId, ['payment.PaymentProcessed', 'payment.PaymentRefunded']);
      expect(await lines()).toEqual(['charged', 'cancelled']);
    });

    it('lets other orders pass while a card is slow', async () => {
      const slow = orderId;
      await pay('card_slow');
      orderId = randomUUID();
      await pay();
      await probe.hears(orderId, ['payment.PaymentProcessed']);
      expect(probe.said(slow)).toEqual([]);
      await probe.hears(slow, ['payment.PaymentProcessed']);
    });
  });

  describe('told to refund', () => {
    it('gives back what was charged', async () => {
      await pay();
      await probe.hears(orderId, ['payment.PaymentProcessed']);
      await probe.tell(RefundPayment, orderId, { orderId });
      const [, refunded] = await probe.hears(orderId, ['payment.PaymentProcessed', 'payment.PaymentRefunded']);
      expect(refunded?.body).toEqual({ orderId, refunded: 1_250 });
      expect(await own()).toEqual({ orderId, status: 'refunded', amount: 1_250, refunded: 1_250 });
    });

    it('before it was told to charge, gives back nothing and refuses the late charge', async () => {
      await probe.tell(RefundPayment, orderId, { orderId });
      const [nothing] = await probe.hears(orderId, ['payment.PaymentRefunded']);
      expect(nothing?.body).toEqual({ orderId, refunded: 0 });
      await pay();
      await probe.hears(orderId, ['payment.PaymentRefunded', 'payment.PaymentFailed (void)']);
      expect(await lines()).toEqual([]);
    });

    it('while the charge is under way, waits for it', async () => {
      await pay('card_slow');
      await probe.tell(RefundPayment, orderId, { orderId });
      const [, refunded] = await probe.hears(orderId, ['payment.PaymentProcessed', 'payment.PaymentRefunded']);
      expect(refunded?.body).toEqual({ orderId, refunded: 1_250 });
      expect(await lines()).toEqual(['charged', 'cancelled']);
    });

    it('what was declined, gives back nothing', async () => {
      await pay('card_declined');
      await probe.tell(RefundPayment, orderId, { orderId });
      const [, nothing] = await probe.hears(orderId, ['payment.PaymentFailed', 'payment.PaymentRefunded']);
      expect(nothing?.body).toEqual({ orderId, refunded: 0 });
      expect(await own()).toEqual({ orderId, status: 'declined', amount: 1_250, refunded: 0 });
    });
  });

  describe('whose refund keeps failing', () => {
    /** Charged, then the provider is gone: the refund waits for a person. Its id among what is held. */
    async function parkedRefund(): Promise<string> {
      await pay();
      await probe.hears(orderId, ['payment.PaymentProcessed']);
      await outside.kill();
      await probe.tell(RefundPayment, orderId, { orderId });
      const held = async () => (await payment.request<{ items: { id: string; saga: string }[] }>('GET', '/held?state=parked')).body.items;
      const mine = await until(async () => (await held()).find(({ saga }) => saga === orderId), { what: 'the refund is parked' });
      return mine.id;
    }
    const operate = (id: string, what: string, body?: object) =>
      payment.request('POST', `/held/${encodeURIComponent(id)}/${what}`, { headers: { 'X-Actor': 'zoe' }, body });
    const both = ['payment.PaymentProcessed', 'payment.PaymentRefunded'];

    it('lets a person say that it was done by hand, and tells it', async () => {
      const id = await parkedRefund();
      const said = { body: { orderId, refunded: 1_250 }, note: 'paid back in cash, receipt 7' };
      expect(await operate(id, 'settle', { ...said, body: { orderId } })).toMatchObject({ status: 422 });
      for (const _ of ['once', 'again'])
        expect(await operate(id, 'settle', said)).toMatchObject({
          status: 200,
          body: { state: 'done', outcome: { type: 'payment.PaymentRefunded', body: said.body } },
        });
      await outside.restart();
      expect((await probe.hears(orderId, both))[1]?.body).toEqual(said.body);
      expect(await operate(id, 'redrive')).toMatchObject({ status: 409, body: { code: 'settled' } });
      expect(await lines()).toEqual(['charged']);
    });

    it('lets a person have it tried again, and says what happened', async () => {
      const id = await parkedRefund();
      expect(await operate(id, 'redrive')).toMatchObject({
        status: 200,
        body: { state: 'parked', reason: { code: 'ProviderUnavailable' } },
      });
      await outside.restart();
      expect(await operate(id, 'redrive')).toMatchObject({ status: 200, body: { state: 'done', outcome: { body: { refunded: 1_250 } } } });
      await probe.hears(orderId, both);
      expect(await own()).toEqual({ orderId, status: 'refunded', amount: 1_250, refunded: 1_250 });
      expect(await lines()).toEqual(['charged', 'cancelled']);
    });
  });

  describe('by itself', () => {
    it('charges the total when the stock is reserved', async () => {
      await probe.tell(StockReserved, orderId, { orderId }, { facts: facts() });
      const [charged] = await probe.hears(orderId, ['payment.PaymentProcessed']);
      expect(charged?.facts).toMatchObject({ ...facts(), paymentId: expect.any(String) as string });
      expect(await own()).toMatchObject({ amount: 1_250, status: 'charged' });
    });

    it.each([
      ['failed', ShipmentFailed],
      ['was cancelled', ShipmentCancelled],
    ])('refunds when the shipment %s', async (_, event) => {
      await pay();
      await probe.hears(orderId, ['payment.PaymentProcessed']);
      await probe.tell(event, orderId, { orderId, reason: { code: 'test', text: 'for a test' } }, { facts: facts() });
      await probe.hears(orderId, ['payment.PaymentProcessed', 'payment.PaymentRefunded']);
    });
  });

  it('sets aside what it cannot understand and goes on', async () => {
    await probe.send([
      {
        ...probe.message(ProcessPayment, orderId, { orderId, amount: 1, currency: 'CHF', paymentMethod: 'card_ok' }),
        value: '{"amount":"much"}',
      },
    ]);
    const aside = async () => (await payment.request<{ items: { reason: { code: string } }[] }>('GET', '/held?state=aside')).body.items;
    await until(async () => (await aside()).some(({ reason }) => reason.code === 'schema'), { what: 'the message is set aside' });
    await pay();
    await probe.hears(orderId, ['payment.PaymentProcessed']);
  });

  it('says problem+json about a payment that is not there', async () => {
    for (const id of [randomUUID(), 'x', '%00']) {
      const answer = await payment.request('GET', `/payments/${id}`);
      expect(answer).toMatchObject({ status: 404, body: { title: 'Not Found' } });
    }
  });
});
