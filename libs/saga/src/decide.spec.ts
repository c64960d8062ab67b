import { type Style, wireName } from '@duet/message';
import * as b from './business.fixture';
import { decide } from './decide';
import type { Duration } from './duration';
import type { Input, Instance } from './instance';
import { given, type GivenSaga, operator, owner } from './kit';
import { cancelPreview } from './refusal';
import { saga } from './saga';

const { placeOrder } = b;
const orderId = '0b9c1e1a-6f0e-4d57-9d0f-3f6f3b1c9a11';
const id = { orderId };
const why = (code: string) => ({ code, text: code });

const placed = b.OrderPlaced.of({ orderId, total: 300 });
const reserved = b.StockReserved.of(id);
const noStock = b.StockRejected.of({ orderId, reason: why('no-stock') });
const released = b.StockReleased.of(id);
const paid = b.PaymentProcessed.of({ orderId, paymentId: 'p' });
const declined = b.PaymentFailed.of({ orderId, reason: why('payment-declined') });
const refunded = b.PaymentRefunded.of({ orderId, refunded: 300 });
const shipped = b.OrderShipped.of({ orderId, shipmentId: 's' });
const noCarrier = b.ShipmentFailed.of({ orderId, reason: why('no-carrier') });
const neverShipped = (code: string) => b.ShipmentCancelled.of({ orderId, reason: why(code) });
const tooLate = b.CancellationRefused.of(id);
const confirmed = b.OrderConfirmed.of(id);
const rejected = b.OrderRejected.of({ orderId, reason: why('any') });
const requested = b.OrderCancelRequested.of({ orderId, reason: why('cancelled') });

const amount = { orderId, amount: 300 };
/** A reason with its text, where the engine writes it. */
const late = (type: string, within: string) => ({ code: 'timeout', text: `${type} was not answered within ${within}` });

/** The commands of the beginning have been sent; the one for the next step waits for its answer. */
const atStock = given(placeOrder, [placed]);
const atPayment = given(placeOrder, [placed, reserved]);
const atPivot = given(placeOrder, [placed, reserved, paid]);
const atConfirm = given(placeOrder, [placed, reserved, paid, shipped]);
const undoingPayment = given(placeOrder, [placed, reserved, paid, noCarrier]);

describe('forward', () => {
  test('each step when the one before it is done, built from what is known by then', () => {
    given(placeOrder, [])
      .when(placed)
      .then([b.ReserveStock, id])
      .is('running')
      .when(reserved)
      .then([b.ProcessPayment, amount])
      .when(paid)
      .then([b.ShipOrder, id])
      .when(shipped)
      .then([b.ConfirmOrder, id])
      .is('running')
      .when(confirmed)
      .then()
      .is('completed');
  });
  test('successes add to what is known, refusals and undos do not', () => {
    expect(undoingPayment.when(refunded).instance?.facts).toEqual({ orderId, total: 300, paymentId: 'p' });
  });
  test('what comes again asks for nothing again', () => {
    atPayment.when(placed, reserved, reserved).then().waitsFor(b.ProcessPayment, '30s');
  });
  test('what answers no command of the table changes nothing', () => {
    const { instance } = atStock;
    const input: Input = { is: 'heard', at: 1, type: 'inventory.StockIssued', body: {} };
    expect(decide(placeOrder, instance, input)).toEqual({ instance, commands: [] });
  });
  test('what comes before the beginning is of no interest', () => {
    expect(decide(placeOrder, undefined, { is: 'heard', at: 1, type: wireName(b.StockReserved), body: id })).toBeUndefined();
  });
  test('an ended saga asks for nothing, whatever comes late', () => {
    atConfirm.when(confirmed, tooLate, owner.parks(b.ShipOrder)).after('9d').then().is('completed');
  });
  test('a saga without a pivot is completed by its last step, and can be cancelled until then', () => {
    const table = saga('small', { version: 1 })
      .startedBy(b.OrderPlaced, { reject: b.RejectOrder })
      .step(b.ReserveStock, { undo: b.ReleaseStock });
    given(table, [placed, reserved]).is('completed').when(operator.cancels()).refuses('too-late');
    given(table, [placed])
      .when(operator.cancels(why('cancelled')))
      .then([b.ReleaseStock, id])
      .when(released)
      .then([b.RejectOrder, { orderId, reason: why('cancelled') }]);
  });
});

describe('a refusal undoes what was done, in reverse order, each when the one before it was answered; the reject comes last', () => {
  test('at the first step there is nothing to undo', () => {
    atStock
      .when(noStock)
      .then([b.RejectOrder, { orderId, reason: why('no-stock') }])
      .is('compensating')
      .when(rejected)
      .then()
      .is('compensated')
      .turnedBackBy('no-stock');
  });
  test('in the middle, what was refused is not undone', () => {
    atPayment
      .when(declined)
      .then([b.ReleaseStock, id])
      .when(released)
      .then([b.RejectOrder, { orderId, reason: why('payment-declined') }])
      .when(rejected)
      .is('compensated');
  });
  test('at the pivot', () => {
    atPivot
      .when(noCarrier)
      .then([b.RefundPayment, id])
      .when(refunded)
      .then([b.ReleaseStock, id])
      .when(released)
      .then([b.RejectOrder, { orderId, reason: why('no-carrier') }])
      .when(rejected)
      .is('compensated');
  });
  test('an undo is never asked for twice, however often its cause is heard', () => {
    undoingPayment.when(noCarrier, reserved, paid).then().waitsFor(b.RefundPayment, '30s');
  });
  test('a step with nothing to undo is left as it is', () => {
    const table = saga('place-order', { version: 1 })
      .startedBy(b.OrderPlaced, { reject: b.RejectOrder })
      .step(b.ReserveStock, { undo: 'nothing' })
      .step(b.ProcessPayment, { with: b.pay, undo: b.RefundPayment });
    given(table, [placed, reserved])
      .when(declined)
      .then([b.RejectOrder, { orderId, reason: why('payment-declined') }]);
  });
  test('an undo can be given more than the facts, and the reason', () => {
    const table = saga('place-order', { version: 1 })
      .startedBy(b.OrderPlaced, { reject: b.RejectOrder })
      .step(b.ReserveStock, { undo: b.ReleaseStock, undoWith: ({ orderId, reason }) => ({ orderId: `${orderId}/${reason.code}` }) })
      .step(b.ProcessPayment, { with: b.pay, undo: b.RefundPayment });
    given(table, [placed, reserved])
      .when(declined)
      .then([b.ReleaseStock, { orderId: `${orderId}/payment-declined` }]);
  });
  test('a refusal without a reason turns back all the same', () => {
    const { instance } = atStock;
    const heard: Input = { is: 'heard', at: 1, type: wireName(b.StockRejected), body: id };
    expect(decide(placeOrder, instance, heard)?.instance.reason).toEqual({ code: 'refused', text: 'inventory.ReserveStock was refused' });
  });
});

describe('outcomes in any order', () => {
  test('the second step is answered before the first is heard', () => {
    atStock.when(paid).then().waitsFor(b.ReserveStock, '10s').when(reserved).then([b.ShipOrder, id]);
  });
  test('a success that is heard after the saga was turned back is undone too', () => {
    given(placeOrder, [placed, reserved])
      .when(declined)
      .then([b.ReleaseStock, id])
      .when(reserved)
      .then()
      .when(released)
      .then([b.RejectOrder, { orderId, reason: why('payment-declined') }]);
  });
  test('a refusal that is heard after the undo was asked for: there was nothing to undo', () => {
    atStock
      .after('10s')
      .then([b.ReleaseStock, id])
      .when(noStock)
      .then([b.RejectOrder, { orderId, reason: late('inventory.ReserveStock', '10 s') }])
      .when(released)
      .then()
      .when(rejected)
      .then()
      .is('compensated');
  });
  test('a refusal in a saga that is turned back already changes the reason no more', () => {
    atPayment.when(operator.cancels(why('cancelled')), declined).turnedBackBy('cancelled');
  });
});

describe('a late action that its owner refuses after its undo (void)', () => {
  test('answers, and nothing follows from it', () => {
    const overdue = atStock.after('10s').then([b.ReleaseStock, id]);
    overdue
      .when(owner.refusesLate(noStock))
      .then()
      .is('compensating')
      .waitsFor(b.ReleaseStock, '10s')
      .when(released)
      .then([b.RejectOrder, { orderId, reason: late('inventory.ReserveStock', '10 s') }]);
  });
  test('does not turn back a saga by itself, and gives no reason', () => {
    atPivot.when(requested).when(owner.refusesLate(noCarrier)).is('running').when(neverShipped('cancelled')).turnedBackBy('cancelled');
  });
  test('gives way to what really happened', () => {
    atStock
      .after('10s')
      .when(owner.refusesLate(noStock), noStock)
      .then([b.ReleaseStock, id], [b.RejectOrder, { orderId, reason: late('inventory.ReserveStock', '10 s') }]);
  });
  test('does not replace what really happened', () => {
    atPayment.when(owner.refusesLate(noStock)).then().is('running');
  });
});
describe('hybrid: led through the pivot, watched after it', () => {
  const hybrid = (...history: object[]) => given(placeOrder, [placed, ...history], { style: 'hybrid' });
  test('after the pivot it sends nothing any more, and is completed by what the others do', () => {
    hybrid(reserved, paid).when(shipped).then().is('watching').waitsFor(b.ConfirmOrder, '2m').when(confirmed).then().is('completed');
  });
  test('it keeps a deadline, and does not ask', () => {
    hybrid(reserved, paid, shipped).after('2m').then().is('watching').waitsFor(b.ConfirmOrder, '4m').after('3d').then().is('watching');
  });
  test('the confirmation may be heard before the shipment', () => {
    hybrid(reserved, paid).when(confirmed).then().is('running').waitsFor(b.ShipOrder, '1m').when(shipped).then().is('completed');
  });
  test('up to the pivot it is led like any other', () => {
    hybrid(reserved, paid).when(noCarrier).then([b.RefundPayment, id]).is('compensating');
  });
});

describe('deadlines before the pivot: an overdue step is undone, answered or not', () => {
  test('the first', () => {
    atStock
      .after('9s')
      .then()
      .waitsFor(b.ReserveStock, '1s')
      .after('1s')
      .then([b.ReleaseStock, id])
      .is('compensating')
      .turnedBackBy('timeout');
  });
  test('a later one, and what was done before it', () => {
    atPayment
      .after('30s')
      .then([b.RefundPayment, id])
      .when(refunded)
      .then([b.ReleaseStock, id])
      .when(released)
      .then([b.RejectOrder, { orderId, reason: late('payment.ProcessPayment', '30 s') }]);
  });
  test('its success comes too late', () => {
    atPayment.after('30s').then([b.RefundPayment, id]).when(paid).then().is('compensating').waitsFor(b.RefundPayment, '30s');
  });
  test('a deadline that fires early, or again, changes nothing', () => {
    const { instance } = atStock;
    expect(decide(placeOrder, instance, { is: 'due', at: 9_999 })).toEqual({ instance, commands: [] });
    expect(decide(placeOrder, atConfirm.when(confirmed).instance, { is: 'due', at: 1e9 })?.commands).toEqual([]);
  });
  test('each step has its own whole time', () => {
    atStock.after('9s').when(reserved).waitsFor(b.ProcessPayment, '30s').after('29s').when(paid).waitsFor(b.ShipOrder, '1m');
  });
  test('without `within`, a minute', () => {
    const table = saga('small', { version: 1 })
      .startedBy(b.OrderPlaced, { reject: b.RejectOrder })
      .step(b.ReserveStock, { undo: 'nothing' });
    given(table, [placed]).waitsFor(b.ReserveStock, '1m');
  });
});

describe('deadlines at the pivot: its owner is asked whether there is a way back', () => {
  const question = { orderId, reason: late('shipping.ShipOrder', '1 min') };
  const asked = atPivot.after('1m').then([b.CancelShipment, question]).is('running').waitsFor(b.CancelShipment, '1m');
  test('there is: everything is undone', () => {
    asked
      .when(b.ShipmentCancelled.of({ ...question }))
      .then([b.RefundPayment, id])
      .when(refunded, released)
      .then([b.ReleaseStock, id], [b.RejectOrder, question])
      .is('compensating')
      .turnedBackBy('timeout');
  });
  test('there is not: the shipment is heard later', () => {
    asked.when(tooLate).then().is('running').waitsFor(b.ShipOrder, '1m').when(shipped).then([b.ConfirmOrder, id]);
  });
  test('there is not, and the shipment was heard before', () => {
    asked.when(shipped).then([b.ConfirmOrder, id]).when(tooLate).then().waitsFor(b.ConfirmOrder, '2m').when(confirmed).is('completed');
  });
  test('there is not, and the shipment is never heard: the pivot is asked for again', () => {
    asked.when(tooLate).after('1m').then([b.ShipOrder, id, 'again']).is('running').when(shipped).then([b.ConfirmOrder, id]);
  });
  test('no answer: the question is asked again, nothing is undone', () => {
    asked
      .after('1m')
      .then([b.CancelShipment, question, 'again'])
      .after('2m')
      .then([b.CancelShipment, question, 'again'])
      .is('running')
      .waitsFor(b.CancelShipment, '4m');
  });
  test('the pivot itself is refused while the question is open', () => {
    asked.when(noCarrier).then([b.RefundPayment, id]).turnedBackBy('no-carrier').when(neverShipped('timeout')).then().is('compensating');
  });
});

describe('undos, retriables and the reject are asked for again, ever less often', () => {
  test.each([
    ['a retriable', atConfirm, [b.ConfirmOrder, id]],
    ['an undo', undoingPayment, [b.RefundPayment, id]],
    [
      'the reject',
      atStock.when(noStock).then([b.RejectOrder, { orderId, reason: why('no-stock') }]),
      [b.RejectOrder, { orderId, reason: why('no-stock') }],
    ],
  ] as const)('%s', (_, waiting, [command, data]) => {
    const { due } = waiting.instance!.waiting!;
    waiting
      .after(`${due}ms`)
      .then([command, data as never, 'again'])
      .waitsFor(command, `${2 * due}ms`)
      .after(`${2 * due}ms`)
      .then([command, data as never, 'again'])
      .waitsFor(command, `${4 * due}ms`);
  });
  test('doubling up to an hour', () => {
    const waits: number[] = [];
    let { instance } = atConfirm as { instance: Instance };
    for (let time = 0; time < 8; time += 1) {
      const at: number = instance.waiting!.due;
      ({ instance } = decide(placeOrder, instance, { is: 'due', at })!);
      waits.push((instance.waiting!.due - at) / 60_000);
    }
    expect(waits).toEqual([4, 8, 16, 32, 60, 60, 60, 60]);
    expect(instance.waiting?.overdue).toBe(8);
  });
  test('one that may take longer than an hour from the start keeps its time', () => {
    const table = saga('slow', { version: 1 })
      .startedBy(b.OrderPlaced, { reject: b.RejectOrder })
      .pivot(b.ShipOrder, { cancel: b.CancelShipment })
      .step(b.ConfirmOrder, { within: '2d' });
    given(table, [placed, shipped]).after('2d').then([b.ConfirmOrder, id, 'again']).waitsFor(b.ConfirmOrder, '2d');
  });
  test('every repeat is a message of its own', () => {
    const first = decide(placeOrder, atConfirm.instance, { is: 'due', at: 120_000 })!;
    const second = decide(placeOrder, first.instance, { is: 'due', at: 1e9 })!;
    expect([first, second].map(({ commands }) => commands[0]?.time)).toEqual([2, 3]);
  });
});

describe('cancel', () => {
  test.each([
    ['a request that was heard', requested],
    ['an operator', operator.cancels(why('cancelled'))],
  ])('before the pivot was asked for, %s is enough', (_, cancel) => {
    atPayment.when(cancel).then([b.RefundPayment, id]).is('compensating').turnedBackBy('cancelled');
    atStock
      .when(cancel)
      .then([b.ReleaseStock, id])
      .when(released)
      .then([b.RejectOrder, { orderId, reason: why('cancelled') }]);
  });
  test('once the pivot was asked for, its owner is asked', () => {
    const asked = atPivot
      .when(requested)
      .then([b.CancelShipment, { orderId, reason: why('cancelled') }])
      .is('running');
    asked.when(neverShipped('cancelled')).then([b.RefundPayment, id]).turnedBackBy('cancelled');
    asked.when(shipped).then([b.ConfirmOrder, id]).is('running');
  });
  test('twice is once, and the first reason counts', () => {
    const other = operator.cancels(why('other'));
    atPayment.when(requested, other).then([b.RefundPayment, id]).turnedBackBy('cancelled');
    const asked = atPivot.when(requested, requested).then([b.CancelShipment, { orderId, reason: why('cancelled') }]);
    asked
      .when(other)
      .then()
      .after('1m')
      .then([b.CancelShipment, { orderId, reason: why('cancelled') }, 'again']);
  });
  test('what is cancelled already stays so', () => {
    const end = atStock.when(requested, released, rejected).is('compensated');
    expect(end.when(requested).instance).toEqual(end.instance);
  });
  test.each([
    ['the pivot is done', atConfirm],
    ['it is completed', atConfirm.when(confirmed)],
    ['the owner of the pivot has said so', atPivot.when(requested, tooLate)],
  ])('is refused when %s', (_, late) => {
    late.when(requested).refuses('too-late');
    expect(late.when(requested).instance).toEqual(late.instance);
  });
  test('the deadline of the pivot does not ask a second question', () => {
    atPivot
      .when(requested)
      .after('1m')
      .then([b.CancelShipment, { orderId, reason: why('cancelled') }], [b.CancelShipment, { orderId, reason: why('cancelled') }, 'again']);
  });
});

describe('a preview of a cancel', () => {
  const preview = ({ instance }: GivenSaga) => {
    const { undos, asks, tooLate } = cancelPreview(placeOrder, instance!);
    return [undos.map(({ type }) => type), asks?.type, tooLate?.code];
  };
  test('says which undos would be sent, in their order', () => {
    expect(preview(atStock)).toEqual([['ReleaseStock'], undefined, undefined]);
    expect(preview(atPayment)).toEqual([['RefundPayment', 'ReleaseStock'], undefined, undefined]);
  });
  test('says that the owner of the pivot would be asked first', () => {
    expect(preview(atPivot)).toEqual([['RefundPayment', 'ReleaseStock'], 'CancelShipment', undefined]);
    expect(preview(atPivot.when(requested))).toEqual([['RefundPayment', 'ReleaseStock'], 'CancelShipment', undefined]);
  });
  test('says why it is too late', () => {
    expect(preview(atConfirm)).toEqual([[], undefined, 'too-late']);
    expect(preview(atPivot.when(requested, tooLate))).toEqual([[], undefined, 'too-late']);
  });
  test('of what is turned back already: what remains', () => {
    expect(preview(undoingPayment.when(refunded))).toEqual([['ReleaseStock'], undefined, undefined]);
    expect(preview(atStock.when(noStock, rejected))).toEqual([[], undefined, undefined]);
  });
});

describe('an undo that is parked at its owner', () => {
  const parked = undoingPayment
    .when(owner.parks(b.RefundPayment))
    .then([b.ReleaseStock, id])
    .is('compensation_failed')
    .waitsFor(b.ReleaseStock, '10s')
    .when(released)
    .then()
    .is('compensation_failed')
    .waitsFor(b.RefundPayment, '30s');

  test('does not keep the others, but the reject: it comes when all is undone', () => {
    parked
      .when(refunded)
      .then([b.RejectOrder, { orderId, reason: why('no-carrier') }])
      .is('compensating')
      .when(rejected)
      .is('compensated');
  });
  test('is asked for again at its deadline, and has one for ever', () => {
    parked.after('30s').then([b.RefundPayment, id, 'again']).waitsFor(b.RefundPayment, '1m').after('9d').is('compensation_failed');
  });
  test('retry: its owner is asked to try now', () => {
    parked.when(operator.retries()).then([b.RefundPayment, id, 'now']).is('compensation_failed');
    parked.when(operator.retries(b.RefundPayment)).then([b.RefundPayment, id, 'now']).when(refunded).is('compensating');
  });
  test('done by hand: its owner records what a person says, and answers as ever', () => {
    const settled = parked.when(operator.hasDone(b.RefundPayment, b.PaymentRefunded.of({ orderId, refunded: 300 }), 'by bank transfer'));
    settled.then([b.RefundPayment, id, 'settled']).is('compensation_failed').when(refunded).is('compensating');
    const done: Input = {
      is: 'done',
      at: 1,
      actor: 'ann',
      note: 'by bank transfer',
      command: wireName(b.RefundPayment),
      body: { refunded: 1 },
    };
    expect(decide(placeOrder, parked.instance, done)?.commands).toEqual([
      {
        command: b.RefundPayment,
        body: id,
        time: 2,
        ask: 'settled',
        settlement: { outcome: 'payment.PaymentRefunded', body: { refunded: 1 }, actor: 'ann', note: 'by bank transfer' },
      },
    ]);
  });
  test('freed at its owner: it is waited for again', () => {
    parked.when(owner.frees(b.RefundPayment)).then().is('compensating').waitsFor(b.RefundPayment, '30s');
    undoingPayment
      .when(owner.parks(b.RefundPayment))
      .then([b.ReleaseStock, id])
      .when(owner.frees(b.RefundPayment))
      .then()
      .is('compensating')
      .when(refunded, released)
      .then([b.RejectOrder, { orderId, reason: why('no-carrier') }]);
  });
  test('the word of it may come after its answer, or twice', () => {
    const undone = undoingPayment.when(refunded);
    expect(undone.when(owner.parks(b.RefundPayment)).instance).toEqual(undone.instance);
    undoingPayment.when(owner.parks(b.RefundPayment), owner.parks(b.RefundPayment)).then([b.ReleaseStock, id]);
    undoingPayment.when(owner.frees(b.RefundPayment)).then().is('compensating');
  });
  test('all of them: all are retried, in the order in which they would be undone', () => {
    const both = undoingPayment.when(owner.parks(b.RefundPayment), owner.parks(b.ReleaseStock));
    both
      .then([b.ReleaseStock, id])
      .is('compensation_failed')
      .when(operator.retries())
      .then([b.RefundPayment, id, 'now'], [b.ReleaseStock, id, 'now']);
  });
  test('keeps the saga open also when its action turns out to have been refused: it waits at its owner all the same', () => {
    const refusedLater = atPayment
      .when(requested, owner.parks(b.RefundPayment), released)
      .then([b.RefundPayment, id], [b.ReleaseStock, id]);
    refusedLater
      .when(declined)
      .then()
      .is('compensation_failed')
      .waitsFor(b.RefundPayment, '30s')
      .when(operator.retries())
      .then([b.RefundPayment, id, 'now'])
      .when(refunded)
      .then([b.RejectOrder, { orderId, reason: why('cancelled') }])
      .when(rejected)
      .is('compensated');
    refusedLater
      .when(declined, owner.frees(b.RefundPayment))
      .then([b.RejectOrder, { orderId, reason: why('cancelled') }])
      .is('compensating');
  });
  test('said by hand twice: once, unless it is something else that is said', () => {
    const said = (refund: number, note?: string) =>
      operator.hasDone(b.RefundPayment, b.PaymentRefunded.of({ orderId, refunded: refund }), note);
    const once = parked.when(said(300)).then([b.RefundPayment, id, 'settled']);
    expect(once.when(said(300)).then().instance).toBe(once.instance);
    once.when(said(200)).then([b.RefundPayment, id, 'settled']);
    once.when(said(300, 'as the bank says')).then([b.RefundPayment, id, 'settled']);
  });
  test('the reject too', () => {
    const reject = { orderId, reason: why('no-stock') };
    atStock
      .when(noStock)
      .then([b.RejectOrder, reject])
      .when(owner.parks(b.RejectOrder))
      .is('compensation_failed')
      .when(operator.retries())
      .then([b.RejectOrder, reject, 'now'])
      .when(rejected)
      .is('compensated');
  });
});

describe('an action that is parked at its owner', () => {
  test('before the pivot its deadline turns the saga back, and a retry is for the undo then', () => {
    atPayment
      .when(owner.parks(b.ProcessPayment))
      .is('running')
      .after('30s')
      .then([b.RefundPayment, id])
      .is('compensating')
      .when(operator.retries())
      .then([b.RefundPayment, id, 'now'])
      .when(operator.retries(b.ProcessPayment))
      .then()
      .refuses('turned-back');
  });
  test('can be retried before that', () => {
    atPayment.when(owner.parks(b.ProcessPayment), operator.retries()).then([b.ProcessPayment, amount, 'now']);
  });
  test('can be done by hand, or refused by hand', () => {
    atPayment.when(operator.hasDone(b.ProcessPayment, paid)).then([b.ProcessPayment, amount, 'settled']).when(paid).then([b.ShipOrder, id]);
    atPayment.when(operator.hasDone(b.ProcessPayment, declined)).then([b.ProcessPayment, amount, 'settled']);
  });
  test('of others: this orchestrator cannot retry it, and asks for what it awaits', () => {
    const { instance } = atConfirm;
    const parked = decide(placeOrder, instance, { is: 'parked', at: 1, command: wireName(b.IssueStock), reason: why('broken') })!;
    expect(parked.instance.asked[wireName(b.IssueStock)]).toEqual({ times: 0, parked: why('broken') });
    const { commands } = decide(placeOrder, parked.instance, { is: 'retry', at: 2, actor: 'ann' })!;
    expect(commands.map(({ command }) => command)).toEqual([b.ConfirmOrder]);
  });
});

describe('pause and resume', () => {
  test('a paused saga takes note of what it hears, and asks for nothing', () => {
    atStock
      .when(operator.pauses())
      .is('paused')
      .when(reserved)
      .then()
      .is('paused')
      .waitsFor(b.ProcessPayment, '30s')
      .when(operator.resumes())
      .then([b.ProcessPayment, amount])
      .is('running');
  });
  test('its deadlines pass without effect, and start anew when it is resumed', () => {
    atStock
      .when(operator.pauses())
      .after('1h')
      .then()
      .is('paused')
      .when(operator.resumes())
      .then()
      .is('running')
      .waitsFor(b.ReserveStock, '10s');
  });
  test('a refusal, a cancel and a pivot that is done are carried on from when it is resumed', () => {
    const paused = atPivot.when(operator.pauses());
    paused.when(noCarrier).then().is('paused').when(operator.resumes()).then([b.RefundPayment, id]).is('compensating');
    paused
      .when(requested)
      .then()
      .when(operator.resumes())
      .then([b.CancelShipment, { orderId, reason: why('cancelled') }]);
    paused.when(shipped).then().when(operator.resumes()).then([b.ConfirmOrder, id]);
  });
  test('a paused saga that ends by what it hears has ended', () => {
    atConfirm.when(operator.pauses(), confirmed).is('completed').when(operator.resumes()).then().is('completed');
  });
  test('twice is once', () => {
    const paused = atStock.when(operator.pauses());
    expect(paused.when(operator.pauses()).instance).toEqual(paused.instance);
    const resumed = paused.when(operator.resumes());
    expect(resumed.when(operator.resumes()).instance).toEqual(resumed.instance);
    atStock.after('9s').when(operator.resumes()).waitsFor(b.ReserveStock, '1s');
  });
});

test('a pivot whose owner has refused to cancel it is asked for again at its deadline', () => {
  atPivot
    .when(tooLate)
    .after('1m')
    .then([b.ShipOrder, id, 'again'])
    .waitsFor(b.ShipOrder, '2m')
    .after('9d')
    .is('running')
    .when(shipped)
    .is('running');
});

describe('what makes no sense is refused with a reason, and changes nothing', () => {
  const undoneBefore = atStock.when(owner.refusesLate(noStock));
  const ended = atConfirm.when(confirmed);
  const paused = atStock.when(operator.pauses());
  const watching = given(placeOrder, [placed, reserved, paid, shipped], { style: 'hybrid' });
  test.each([
    ['to pause what has ended', ended, operator.pauses(), 'ended'],
    ['to retry what has ended', ended, operator.retries(), 'ended'],
    ['to do by hand what has ended', ended, operator.hasDone(b.ConfirmOrder, confirmed), 'ended'],
    ['to retry what is paused', paused, operator.retries(), 'paused'],
    ['to pause what goes on by itself', watching, operator.pauses(), 'watching'],
    ['to retry what goes on by itself', watching, operator.retries(), 'watching'],
    ['to do by hand what others ask for', watching, operator.hasDone(b.ConfirmOrder, confirmed), 'not-asked'],
    ['to retry what was never asked for', atStock, operator.retries(b.ShipOrder), 'not-asked'],
    ['to retry what is answered', atPayment, operator.retries(b.ReserveStock), 'answered'],
    ['to retry what came after its undo', undoneBefore, operator.retries(), 'void'],
    ['to retry by name what came after its undo', undoneBefore, operator.retries(b.ReserveStock), 'void'],
    ['to do by hand what is answered', atPayment, operator.hasDone(b.ReserveStock, reserved), 'answered'],
    ['to do by hand with an outcome of another command', atStock, operator.hasDone(b.ReserveStock, paid), 'no-outcome'],
    [
      'to do by hand what is being undone',
      atStock.after('10s').then([b.ReleaseStock, id]),
      operator.hasDone(b.ReserveStock, reserved),
      'turned-back',
    ],
  ] as const)('%s', (_, situation, wish, code) => {
    expect(situation.when(wish).then().refuses(code).instance).toEqual(situation.instance);
  });
});

test('nothing unfinished is ever without a next deadline', () => {
  const styles: Style[] = ['orchestration', 'hybrid'];
  const happenings = [
    reserved,
    paid,
    shipped,
    requested,
    tooLate,
    noCarrier,
    owner.parks(b.RefundPayment),
    operator.pauses(),
    operator.resumes(),
  ];
  const waits: Duration[] = ['1s', '1m', '1h', '1d'];
  for (const style of styles) {
    let run = given(placeOrder, [placed], { style });
    for (const happening of happenings) {
      run = waits.reduce((later, wait) => later.after(wait), run.when(happening));
      expect(run.instance?.waiting?.due).toBeGreaterThan(0);
    }
  }
});

describe('the kit', () => {
  test('shows what was expected and did not come', () => {
    expect(() => atStock.when(reserved).then()).toThrow(/ProcessPayment/);
    expect(() => atStock.is('completed')).toThrow(/running/);
    expect(() => atStock.waitsFor(b.ReserveStock, '11s')).toThrow(/10 s/);
    expect(() => atStock.turnedBackBy('timeout')).toThrow(/timeout/);
    expect(() => atStock.refuses('ended')).toThrow('place-order answers nothing');
    expect(() => atStock.when(requested).refuses('ended')).toThrow('place-order answers nothing');
  });
  test('says when an event has no place in the saga', () => {
    expect(() => atStock.when(b.StockIssued.of(id))).toThrow(
      'inventory.StockIssued answers no command of place-order: its orchestrator does not hear it',
    );
    expect(() => given(placeOrder, [reserved])).toThrow('place-order has not begun: it begins with order.OrderPlaced');
  });
  test('one beginning can have several ends', () => {
    atStock.when(noStock).is('compensating');
    atStock.when(reserved).is('running');
  });
});
