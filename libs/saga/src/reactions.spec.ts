import { checkOf } from '@duet/message';
import * as b from './business.fixture';
import { manifestOf } from './declaration';
import { given } from './kit';
import { applies, reactions } from './reactions';

const { inventoryReactions, orderReactions, paymentReactions, shippingReactions } = b;
const orderId = '0b9c1e1a-6f0e-4d57-9d0f-3f6f3b1c9a11';
const order = { orderId, total: 300 };
const reason = { code: 'no-stock', text: 'none left' };

// What must not compile: each line is a test that the compiler runs.
export const notRun = () => {
  // @ts-expect-error neither the start nor StockReserved carries an amount
  paymentReactions.on(b.StockReserved, b.ProcessPayment);
  // @ts-expect-error `with` returns the whole command
  paymentReactions.on(b.StockReserved, b.ProcessPayment, { with: ({ total }) => ({ amount: total }) });
  // @ts-expect-error one reacts to an event
  paymentReactions.on(b.ReserveStock, b.ProcessPayment, { with: ({ total }) => ({ orderId, amount: total }) });
  // @ts-expect-error one reacts with a command
  paymentReactions.on(b.StockReserved, b.PaymentProcessed);
  // @ts-expect-error StockReleased gives no reason, so RejectOrder cannot be built from it
  orderReactions.on(b.StockReleased, b.RejectOrder);
  // @ts-expect-error not all of the events heard give a reason
  orderReactions.on([b.StockRejected, b.StockReleased], b.RejectOrder);
  // @ts-expect-error a process is started by an event
  reactions('place-order', b.ReserveStock);
  // @ts-expect-error what is expected is a command with its data
  given(paymentReactions, order).when(b.StockReserved.of({ orderId })).then([b.ProcessPayment, { orderId }]);
  // @ts-expect-error what is given is what the process starts with
  given(paymentReactions, { orderId });
};

describe('what a service does by itself', () => {
  test('payment charges what the order costs when the stock is reserved', () => {
    given(paymentReactions, order)
      .when(b.StockReserved.of({ orderId }))
      .then([b.ProcessPayment, { orderId, amount: 300 }]);
  });
  test('a command is built from the facts, and holds its own fields only', () => {
    given(inventoryReactions, order).when(b.OrderPlaced.of(order)).then([b.ReserveStock, { orderId }]);
  });
  test('the heard event is over the facts: the reason of the refusal', () => {
    given(orderReactions, order, { reason: { code: 'old', text: 'old' } })
      .when(b.StockRejected.of({ orderId, reason }))
      .then([b.RejectOrder, { orderId, reason }]);
  });
  test('one event may ask for several commands, in the order of the table', () => {
    const table = inventoryReactions.on(b.OrderShipped, b.ReleaseStock);
    given(table, order)
      .when(b.OrderShipped.of({ orderId, shipmentId: 's' }))
      .then([b.IssueStock, { orderId }], [b.ReleaseStock, { orderId }]);
  });
  test('what is not in the table asks for nothing', () => {
    given(paymentReactions, order)
      .when(b.OrderShipped.of({ orderId, shipmentId: 's' }))
      .then();
  });
  test('what was not expected is an error that shows the difference', () => {
    const { then } = given(shippingReactions, order).when(b.PaymentProcessed.of({ orderId, paymentId: 'p' }));
    expect(() => then()).toThrow(/deep|equal/i);
    expect(() => then([b.ShipOrder, { orderId: 'other' }])).toThrow(/deep|equal/i);
    then([b.ShipOrder, { orderId }]);
  });
  test('a table is never changed: each line gives a new one', () => {
    const before = paymentReactions.entries.length;
    expect(paymentReactions.on(b.PaymentFailed, b.RefundPayment).entries).toHaveLength(before + 1);
    expect(paymentReactions.entries).toHaveLength(before);
  });
  test('what a reaction builds is as its class says', () => {
    for (const { command, build } of inventoryReactions.entries)
      expect(checkOf(command, { unknownFields: 'refused' })(build({ ...order, more: 1 }))).toEqual([]);
  });
  test('in which styles: `on` when choreographed, `afterPivot` also in hybrid, `always` in every one', () => {
    const styles = ['choreography', 'hybrid', 'orchestration'] as 'choreography'[];
    expect(styles.map((style) => [applies('choreographed', style), applies('afterPivot', style), applies('always', style)])).toEqual([
      [true, true, true],
      [false, true, true],
      [false, false, true],
    ]);
  });
});

test('a manifest is plain JSON that names everything as on the wire', () => {
  const manifest = manifestOf(b.declared.shipping, 'build-1');
  expect(JSON.parse(JSON.stringify(manifest))).toEqual(manifest);
  expect({ ...manifest, messages: Object.keys(manifest.messages).sort() }).toEqual({
    service: 'shipping',
    build: 'build-1',
    starts: [],
    handles: [
      { command: 'shipping.ShipOrder', ok: 'shipping.OrderShipped', fail: 'shipping.ShipmentFailed' },
      {
        command: 'shipping.CancelShipment',
        ok: 'shipping.ShipmentCancelled',
        fail: 'shipping.CancellationRefused',
        cancels: 'shipping.ShipOrder',
      },
    ],
    reactions: [
      {
        process: 'place-order',
        start: 'order.OrderPlaced',
        heard: 'payment.PaymentProcessed',
        command: 'shipping.ShipOrder',
        when: 'choreographed',
      },
      {
        process: 'place-order',
        start: 'order.OrderPlaced',
        heard: 'order.OrderCancelRequested',
        command: 'shipping.CancelShipment',
        when: 'choreographed',
      },
    ],
    hears: [],
    leads: [],
    deadlines: [],
    messages: [
      'order.OrderCancelRequested',
      'order.OrderPlaced',
      'payment.PaymentProcessed',
      'shipping.CancelShipment',
      'shipping.CancellationRefused',
      'shipping.OrderShipped',
      'shipping.ShipOrder',
      'shipping.ShipmentCancelled',
      'shipping.ShipmentFailed',
    ],
  });
  expect(manifest.messages['shipping.ShipOrder']).toEqual({
    kind: 'command',
    topic: 'shipping.commands',
    dataschema: '/shipping/ShipOrder/1',
    schema: expect.objectContaining({ $id: '/shipping/ShipOrder/1', required: ['orderId'] }) as object,
  });
});

test('a manifest says how long what the service has begun may take, where it keeps a deadline for that', () => {
  expect(manifestOf(b.declared.order, 'build-1')).not.toHaveProperty('deadlineMs');
  expect(manifestOf(b.declared.order, 'build-1', 60_000)).toMatchObject({ deadlineMs: 60_000, deadlines: ['order.OrderCancelRequested'] });
});
