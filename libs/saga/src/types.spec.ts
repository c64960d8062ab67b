/** What must compile, and what must not: each @ts-expect-error is a test that the compiler runs. */
import { context, Reason } from '@duet/message';
import { Type } from 'class-transformer';
import { IsString, IsUUID, ValidateNested } from 'class-validator';
import * as b from './business.fixture';
import { saga, WrongDefinition } from './saga';

const begun = saga('place-order', { version: 1 }).startedBy(b.OrderPlaced, { reject: b.RejectOrder });
const shipped = begun.pivot(b.ShipOrder, { cancel: b.CancelShipment });

/** A bad idea: an undo that needs the reply of the action. */
class RefundById extends context('payment').undo('RefundById', { of: b.ProcessPayment, ok: b.PaymentRefunded }) {
  @IsString() paymentId!: string;
}
/** A second event with a paymentId. */
class Audited extends context('checks').event('Audited') {
  @IsUUID() orderId!: string;
  @IsString() paymentId!: string;
}
class AuditRefused extends context('checks').event('AuditRefused') {
  @IsUUID() orderId!: string;
  @ValidateNested() @Type(() => Reason) reason!: Reason;
}
class Audit extends context('checks').command('Audit', { ok: Audited }) {
  @IsUUID() orderId!: string;
}
class AuditStrictly extends context('checks').command('AuditStrictly', { ok: Audited, fail: AuditRefused }) {
  @IsUUID() orderId!: string;
}
class AskAuditor extends context('checks').cancel('AskAuditor', { of: AuditStrictly, ok: b.StockReleased, fail: b.StockIssued }) {
  @IsUUID() orderId!: string;
}
/** An undo that needs more than is known before its action. */
class ReleaseShelf extends context('inventory').undo('ReleaseShelf', { of: b.ReserveStock, ok: b.StockReleased }) {
  @IsUUID() orderId!: string;
  @IsString() shelf!: string;
}
const paid = begun.step(b.ProcessPayment, { with: b.pay, undo: b.RefundPayment });

export const notRun = () => {
  // @ts-expect-error a step before the pivot says how it is undone, or that there is nothing to undo
  begun.step(b.ReserveStock, {});
  begun.step(b.ReserveStock, { undo: 'nothing' });
  // @ts-expect-error RefundPayment is not the undo of ReserveStock
  begun.step(b.ReserveStock, { undo: b.RefundPayment });
  // @ts-expect-error ProcessPayment needs an amount that no fact provides
  begun.step(b.ProcessPayment, { undo: b.RefundPayment });
  // @ts-expect-error `with` returns the whole command
  begun.step(b.ProcessPayment, { with: (order) => ({ amount: order.total }), undo: b.RefundPayment });
  // @ts-expect-error `with` is given what is known by then: nothing is paid yet
  begun.step(b.ProcessPayment, { with: (order) => ({ orderId: order.paymentId, amount: order.total }), undo: b.RefundPayment });
  begun.step(b.ReserveStock, { with: (order) => ({ orderId: order.orderId }), undo: 'nothing' });
  paid.step(b.ReserveStock, { with: (order) => ({ orderId: order.paymentId }), undo: 'nothing' });
  // @ts-expect-error an undo that needs the action's own reply could not run when the reply never came
  begun.step(b.ProcessPayment, { with: b.pay, undo: RefundById });
  // @ts-expect-error an undo that needs more than is known says where it comes from
  begun.step(b.ReserveStock, { undo: ReleaseShelf });
  begun.step(b.ReserveStock, { undo: ReleaseShelf, undoWith: ({ orderId, reason }) => ({ orderId, shelf: reason.code }) });
  // @ts-expect-error an event is not a step
  begun.step(b.StockReserved, { undo: 'nothing' });
  // @ts-expect-error a pivot names its cancel question
  begun.pivot(b.ShipOrder, {});
  // @ts-expect-error CancelShipment does not cancel ReserveStock
  begun.pivot(b.ReserveStock, { cancel: b.CancelShipment });
  // @ts-expect-error nothing is undone after the pivot
  shipped.step(b.ConfirmOrder, { undo: 'nothing' });
  // @ts-expect-error there is one pivot
  shipped.pivot(b.ShipOrder, { cancel: b.CancelShipment });
  // @ts-expect-error after the pivot a step is asked for until it succeeds, so it must not be able to refuse
  shipped.step(b.ReserveStock);
  shipped.step(b.ConfirmOrder).step(b.IssueStock, { within: '1h' });
  // @ts-expect-error ReleaseShelf needs a shelf that no fact provides, after the pivot too
  shipped.step(ReleaseShelf);
  // @ts-expect-error a saga is started by an event
  saga('x', { version: 1 }).startedBy(b.ReserveStock, { reject: b.RejectOrder });
  // @ts-expect-error it says how what the start began is ended
  saga('x', { version: 1 }).startedBy(b.OrderPlaced, {});
  // @ts-expect-error the reject is built from the start and a reason
  saga('x', { version: 1 }).startedBy(b.StockReserved, { reject: b.ProcessPayment });
  saga('x', { version: 1 }).startedBy(b.OrderPlaced, { reject: b.RejectOrder, cancelledBy: b.OrderCancelRequested });
  // @ts-expect-error whoever asks for a cancel says why
  saga('x', { version: 1 }).startedBy(b.OrderPlaced, { reject: b.RejectOrder, cancelledBy: b.OrderShipped });
  // @ts-expect-error it is cancelled by an event
  saga('x', { version: 1 }).startedBy(b.OrderPlaced, { reject: b.RejectOrder, cancelledBy: b.RejectOrder });
  // @ts-expect-error a duration has a unit
  begun.step(b.ReserveStock, { undo: b.ReleaseStock, within: '10' });

  shipped.step(Audit);
  // @ts-expect-error PaymentProcessed has added a paymentId: another would replace it
  paid.step(AuditStrictly, { undo: 'nothing' });
  // @ts-expect-error neither may the pivot add it again
  paid.pivot(AuditStrictly, { cancel: AskAuditor });
  // @ts-expect-error nor what comes after it
  paid.pivot(b.ShipOrder, { cancel: b.CancelShipment }).step(Audit);
};

const table = saga('place-order', { version: 1 }).startedBy(b.OrderPlaced, { reject: b.RejectOrder });

describe('what no type has stopped stops the definition with a sentence', () => {
  test('a version is a whole number from 1', () => {
    for (const version of [0, 1.5, NaN]) {
      expect(() => saga('place-order', { version }).startedBy(b.OrderPlaced, { reject: b.RejectOrder })).toThrow(
        new WrongDefinition(`place-order: its version must be a whole number from 1, and is ${version}`),
      );
    }
  });
  test.each(['0s', '-1s', '1e3ms', ' 1s', ''])('%p is no duration', (within) => {
    expect(() => table.step(b.ReserveStock, { undo: 'nothing', within: within as '1s' })).toThrow(
      new WrongDefinition(`place-order: "${within}" is no duration; write 500ms, 10s or 1m`),
    );
  });
  test.each([
    [
      () => table.step(b.ReserveStock, {} as never),
      "inventory.ReserveStock stands before the pivot: say how it is undone, or undo: 'nothing'",
    ],
    [
      () => table.pivot(b.ShipOrder, {} as never),
      'shipping.ShipOrder is the pivot: say which question asks whether there is a way back (cancel)',
    ],
    [
      () => shipped.step(b.ReserveStock as never),
      'inventory.ReserveStock comes after the pivot and can refuse, when nothing can be undone any more',
    ],
  ])('what the types do say stops it too, in a program without types (%#)', (define, sentence) => {
    expect(define).toThrow(new WrongDefinition(`place-order: ${sentence}`));
  });
  test('a command stands in a table once', () => {
    expect(() => table.step(b.ReserveStock, { undo: 'nothing' }).step(b.ReserveStock, { undo: 'nothing' })).toThrow(
      new WrongDefinition('place-order: inventory.ReserveStock stands in its table twice; one command serves one purpose in a process'),
    );
  });
  test('an event answers one of its commands', () => {
    class TakeStock extends context('inventory').command('TakeStock', { ok: b.StockReserved }) {
      @IsUUID() orderId!: string;
    }
    expect(() => table.step(b.ReserveStock, { undo: 'nothing' }).step(TakeStock, { undo: 'nothing' })).toThrow(
      new WrongDefinition(
        'place-order: inventory.StockReserved answers inventory.ReserveStock and inventory.TakeStock; nobody could tell which was done',
      ),
    );
  });
  test('a table is never changed: each line gives a new one', () => {
    const longer = table.step(b.ReserveStock, { undo: 'nothing' });
    expect([table.steps.length, longer.steps.length]).toEqual([0, 1]);
  });
});
