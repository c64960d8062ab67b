import { randomUUID } from 'node:crypto';
import * as contracts from '@duet/contracts';
import {
  CancellationRefused,
  OrderCancelRequested,
  OrderConfirmed,
  OrderPlaced,
  OrderRejected,
  OrderShipped,
  PaymentFailed,
  PaymentProcessed,
  PaymentRefunded,
  ShipmentCancelled,
  ShipmentFailed,
  StockRejected,
  StockReleased,
  StockReserved,
} from '@duet/contracts';
import type { DataOf, Envelope, EventClass, Style } from '@duet/message';
import { Probe } from '@duet/probe';
import { aPlacedOrder, type RunningService, runningService, uniquePrefix, until } from '@duet/testbed';

jest.setTimeout(60_000);

interface Saga {
  status: string;
  step?: string;
  reason?: { code: string };
  residue: unknown[];
  ifCancelled: { possible: boolean; undos: string[]; asks?: string };
  history: { text: string }[];
}

const reason = { code: 'test', text: 'for a test' };

/** The orchestrator alone: this suite plays the services, by the wire. */
describe('orchestrator', () => {
  let orchestrator: RunningService;
  let probe: Probe;
  let orderId: string;
  let style: Style;
  beforeAll(async () => {
    const prefix = uniquePrefix();
    probe = await Probe.start({
      prefix,
      process: 'place-order',
      service: 'orchestrator',
      messages: contracts,
      saysOn: ['inventory.commands', 'payment.commands', 'shipping.commands', 'order.commands'],
    });
    orchestrator = await runningService({ app: 'orchestrator', prefix });
  });
  afterAll(async () => {
    await probe.stop();
    await orchestrator.stop();
  });
  beforeEach(() => {
    orderId = randomUUID();
    style = 'orchestration';
  });

  const place = () => probe.tell(OrderPlaced, orderId, aPlacedOrder({ orderId }), { style });
  /** A service says what it did. */
  const say = <E extends EventClass>(event: E, more: Partial<DataOf<E>> = {}, about: Partial<Envelope> = {}) =>
    probe.tell(event, orderId, { orderId, reason, ...more } as never, { style, hop: 2, ...about });
  const saga = async () => (await orchestrator.request<Saga>('GET', `/sagas/${orderId}`)).body;
  const is = (status: string) => until(async () => (await saga()).status === status, { what: `the saga is ${status}` });
  const cancel = () => say(OrderCancelRequested, { reason: { code: 'cancelled', text: 'by the customer' } });
  const operate = (what: string, body: object) =>
    orchestrator.request('POST', `/sagas/${orderId}/${what}`, { headers: { 'X-Actor': 'zoe' }, body });
  const [stock, payment, shipment, confirm] = [
    'inventory.ReserveStock',
    'payment.ProcessPayment',
    'shipping.ShipOrder',
    'order.ConfirmOrder',
  ];
  const [release, refund, question, reject] = [
    'inventory.ReleaseStock',
    'payment.RefundPayment',
    'shipping.CancelShipment',
    'order.RejectOrder',
  ];
  /** The commands of a saga up to this one, with what the services say in between. */
  async function upTo(command: string): Promise<void> {
    await place();
    await probe.hears(orderId, [stock]);
    if (command === stock) return;
    await say(StockReserved);
    await probe.hears(orderId, [stock, payment]);
    if (command === payment) return;
    await say(PaymentProcessed, { paymentId: 'p-1' });
    await probe.hears(orderId, [stock, payment, shipment]);
  }

  describe('leads an order', () => {
    it('from its placement to its end, one step after the other', async () => {
      await upTo(shipment);
      await say(OrderShipped, { shipmentId: 's-1', carrier: 'Alpenpost' });
      await probe.hears(orderId, [stock, payment, shipment, confirm]);
      await say(OrderConfirmed);
      await is('completed');
      const commands = probe.heard(orderId);
      const { total, currency, paymentMethod, shipTo, lines } = aPlacedOrder({ orderId });
      expect(commands.map(({ body }) => body)).toEqual([
        { orderId, lines: lines.map(({ sku, quantity }) => ({ sku, quantity })) },
        { orderId, amount: total, currency, paymentMethod },
        { orderId, shipTo },
        { orderId },
      ]);
      for (const { source, process, processVersion, style: says, saga: id, causation } of commands)
        expect([source, process, processVersion, says, id, typeof causation]).toEqual([
          '/orchestrator',
          'place-order',
          1,
          'orchestration',
          orderId,
          'string',
        ]);
      expect(commands.at(-1)?.facts).toMatchObject({ ...aPlacedOrder({ orderId }), paymentId: 'p-1', shipmentId: 's-1' });
      expect((await saga()).history.map(({ text }) => text)).toEqual([
        'it began, in the style orchestration',
        ...['inventory.StockReserved', 'payment.PaymentProcessed', 'shipping.OrderShipped', 'order.OrderConfirmed'].map(
          (event) => `${event} was heard`,
        ),
      ]);
    });

    it('through the pivot only, where it is hybrid: then it watches until the order is confirmed', async () => {
      style = 'hybrid';
      await upTo(shipment);
      await say(OrderShipped, { shipmentId: 's-1', carrier: 'Alpenpost' });
      await is('watching');
      await say(OrderConfirmed);
      await is('completed');
      expect(probe.said(orderId)).toEqual([stock, payment, shipment]);
    });

    it('and not one that is choreographed', async () => {
      const choreographed = orderId;
      style = 'choreography';
      await place();
      [orderId, style] = [randomUUID(), 'orchestration'];
      await upTo(stock);
      expect((await orchestrator.request('GET', `/sagas/${choreographed}`)).status).toBe(404);
      expect(probe.said(choreographed)).toEqual([]);
    });

    it('once, however often a message comes', async () => {
      const message = probe.message(OrderPlaced, orderId, aPlacedOrder({ orderId }), { style });
      await probe.send([message, message]);
      await probe.hears(orderId, [stock]);
      await say(StockReserved);
      await say(StockReserved);
      await probe.hears(orderId, [stock, payment]);
      await say(PaymentFailed);
      await probe.hears(orderId, [stock, payment, release]);
    });
  });

  describe('turns an order back', () => {
    it('whose stock is refused: there is nothing to undo', async () => {
      await upTo(stock);
      await say(StockRejected, { reason: { code: 'no-stock', text: 'sold out' } });
      const told = await probe.hears(orderId, [stock, reject]);
      expect(told[1]?.body).toEqual({ orderId, reason: { code: 'no-stock', text: 'sold out' } });
      await say(OrderRejected);
      await is('compensated');
    });

    it('whose payment is refused: its stock is released, and then it is rejected', async () => {
      await upTo(payment);
      await say(PaymentFailed, { reason: { code: 'payment-declined', text: 'no' } });
      await probe.hears(orderId, [stock, payment, release]);
      expect(await saga()).toMatchObject({ status: 'compensating', residue: [{ command: stock }] });
      await say(StockReleased);
      const told = await probe.hears(orderId, [stock, payment, release, reject]);
      expect(told.at(-1)?.body).toMatchObject({ reason: { code: 'payment-declined' } });
      await say(OrderRejected);
      await is('compensated');
      expect(await saga()).toMatchObject({ reason: { code: 'payment-declined' }, residue: [] });
    });

    it('whose shipment is refused: all that was done is undone, the latest first', async () => {
      await upTo(shipment);
      await say(ShipmentFailed);
      await probe.hears(orderId, [stock, payment, shipment, refund]);
      await say(PaymentRefunded, { refunded: 3_998 });
      await probe.hears(orderId, [stock, payment, shipment, refund, release]);
      await say(StockReleased);
      await probe.hears(orderId, [stock, payment, shipment, refund, release, reject]);
      await say(OrderRejected);
      await is('compensated');
    });
  });

  describe('cancels an order', () => {
    it('before the pivot by itself; what was asked for is undone, answered or not', async () => {
      await upTo(payment);
      expect((await saga()).ifCancelled).toMatchObject({ possible: true, undos: [refund, release] });
      await cancel();
      await probe.hears(orderId, [stock, payment, refund]);
      await say(PaymentRefunded, { refunded: 0 });
      await probe.hears(orderId, [stock, payment, refund, release]);
      await say(StockReleased);
      const told = await probe.hears(orderId, [stock, payment, refund, release, reject]);
      expect(told.at(-1)?.body).toMatchObject({ reason: { code: 'cancelled' } });
      // The charge that came too late is refused in its owner's name, and nothing follows.
      await say(PaymentFailed, { reason: { code: 'undone', text: 'late' } }, { void: true });
      await say(OrderRejected);
      await is('compensated');
      expect(await saga()).toMatchObject({ reason: { code: 'cancelled' } });
    });

    it('at the pivot by asking its owner, who may say that there is a way back', async () => {
      await upTo(shipment);
      expect((await saga()).ifCancelled).toMatchObject({ possible: true, asks: question });
      await cancel();
      await probe.hears(orderId, [stock, payment, shipment, question]);
      await say(ShipmentCancelled, { reason: { code: 'cancelled', text: 'in time' } });
      await probe.hears(orderId, [stock, payment, shipment, question, refund]);
    });

    it('or that there is none: it goes on', async () => {
      await upTo(shipment);
      await cancel();
      await probe.hears(orderId, [stock, payment, shipment, question]);
      await say(CancellationRefused);
      await say(OrderShipped, { shipmentId: 's-1', carrier: 'Alpenpost' });
      await probe.hears(orderId, [stock, payment, shipment, question, confirm]);
      await say(OrderConfirmed);
      await is('completed');
    });

    it('not after the pivot, and says so', async () => {
      await upTo(shipment);
      await say(OrderShipped, { shipmentId: 's-1', carrier: 'Alpenpost' });
      await probe.hears(orderId, [stock, payment, shipment, confirm]);
      expect((await saga()).ifCancelled.possible).toBe(false);
      expect(await operate('cancel', {})).toMatchObject({ status: 409, body: { code: 'too-late' } });
      await cancel();
      await until(async () => (await saga()).history.some(({ text }) => text === 'it is to be cancelled: by the customer'), {
        what: 'the request is heard',
      });
      await say(OrderConfirmed);
      await is('completed');
      expect(probe.said(orderId)).toEqual([stock, payment, shipment, confirm]);
    });
  });

  it.each([
    ['a body that is none', 'schema', { value: '{"orderId":1}' }],
    ['no JSON', 'not-json', { value: '{' }],
    ['an unknown style', 'style', { headers: { ce_style: 'jazz' } }],
    ['too many hops', 'hops', { headers: { ce_hop: '65' } }],
  ])('sets aside a message with %s, and goes on', async (_, code, wrong: { value?: string; headers?: Record<string, string> }) => {
    const message = probe.message(OrderPlaced, orderId, aPlacedOrder({ orderId }), { style });
    await probe.send([{ ...message, ...wrong, headers: { ...message.headers, ...wrong.headers } }]);
    const aside = async () =>
      (await orchestrator.request<{ items: { reason: { code: string } }[] }>('GET', '/held?state=aside')).body.items.map(
        (item) => item.reason.code,
      );
    await until(async () => (await aside()).includes(code), { what: 'it is set aside' });
    orderId = randomUUID();
    await upTo(stock);
  });

  it('is healthy, counts its sagas, and documents itself', async () => {
    for (const path of ['/health/live', '/health/ready']) expect((await orchestrator.request('GET', path)).status).toBe(200);
    await upTo(stock);
    await until(async () => /^duet_sagas\{status="running"\} [1-9]/m.test((await orchestrator.request('GET', '/metrics')).text), {
      what: 'the running ones are counted',
    });
    const { body } = await orchestrator.request<{ paths: object }>('GET', '/openapi.json');
    expect(Object.keys(body.paths)).toEqual(expect.arrayContaining(['/sagas', '/sagas/{id}', '/sagas/{id}/cancel', '/held/{id}/redrive']));
  });
});
