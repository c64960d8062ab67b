import { context } from '@duet/message';
import { IsString, IsUUID } from 'class-validator';
import * as b from './business.fixture';
import { type Declaration, service } from './declaration';
import { reactions } from './reactions';
import { verify, type VerifyOptions } from './verify';

type Changes = Partial<Record<keyof typeof b.declared, Partial<Declaration>>>;
/** The business, but for what is changed in one or the other service, and with what is added. */
const system = (changes: Changes, ...more: Declaration[]): Declaration[] => [
  ...Object.values(b.declared).map((declaration) => ({ ...declaration, ...changes[declaration.name as keyof Changes] })),
  ...more,
];
const findings = (declarations: readonly Declaration[], options?: VerifyOptions): string[] =>
  verify(declarations, options).map(({ rule, text }) => `${rule}: ${text}`);
const pay = ({ orderId, total }: { orderId: string; total: number }) => ({ orderId, amount: total });

const checks = context('checks');
class CreditChecked extends checks.event('CreditChecked') {
  @IsUUID() orderId!: string;
  @IsString() rating!: string;
}
class CreditRefused extends checks.event('CreditRefused') {
  @IsUUID() orderId!: string;
}
class CheckCredit extends checks.command('CheckCredit', { ok: CreditChecked, fail: CreditRefused }) {
  @IsUUID() orderId!: string;
}
/** A service beside the others, that looks at the customer's credit while they do their part. */
const creditCheck = service({
  name: 'checks',
  handles: [CheckCredit],
  reactions: [b.nothing.on(b.OrderPlaced, CheckCredit)],
  hears: [CreditChecked, CreditRefused],
});

describe('the business as it is', () => {
  test('is without a fault', () => {
    expect(findings(system({}))).toEqual([]);
  });
});

describe('undo-missing: a refusal at any point leaves nothing done', () => {
  const { nothing } = b;
  test('payment does not hear that the shipment failed', () => {
    expect(
      findings(
        system({
          payment: { reactions: [nothing.on(b.StockReserved, b.ProcessPayment, { with: pay }).on(b.ShipmentCancelled, b.RefundPayment)] },
        }),
      ),
    ).toEqual([
      'undo-missing: place-order: OrderPlaced → StockReserved → PaymentProcessed → ShipmentFailed → OrderRejected → StockReleased leaves ProcessPayment (payment) done after ShipmentFailed; let payment react to ShipmentFailed with RefundPayment',
    ]);
  });
  test('inventory does not hear that the payment failed', () => {
    const table = nothing
      .on(b.OrderPlaced, b.ReserveStock)
      .on([b.ShipmentFailed, b.ShipmentCancelled], b.ReleaseStock)
      .always(b.OrderShipped, b.IssueStock);
    expect(findings(system({ inventory: { reactions: [table] } }))).toEqual([
      expect.stringMatching(
        /^undo-missing: .*PaymentFailed → OrderRejected leaves ReserveStock \(inventory\) done after PaymentFailed; let inventory react to PaymentFailed with ReleaseStock$/,
      ),
    ]);
  });
  test('a cancel is found too: payment does not hear that the shipment was cancelled', () => {
    expect(
      findings(
        system({
          payment: { reactions: [nothing.on(b.StockReserved, b.ProcessPayment, { with: pay }).on(b.ShipmentFailed, b.RefundPayment)] },
        }),
      ),
    ).toEqual([expect.stringMatching(/^undo-missing: .* leaves ProcessPayment \(payment\) done after ShipmentCancelled/)]);
  });
  test('everybody undoes on hearing the request to cancel, and the order is shipped and refunded', () => {
    const found = findings(
      system({
        order: { reactions: [b.orderReactions.on(b.OrderCancelRequested, b.RejectOrder)] },
        inventory: { reactions: [b.inventoryReactions.on(b.OrderCancelRequested, b.ReleaseStock)] },
        payment: { reactions: [b.paymentReactions.on(b.OrderCancelRequested, b.RefundPayment)] },
      }),
    );
    expect(found).toEqual(
      expect.arrayContaining([expect.stringMatching(/^undo-missing: .*OrderShipped.* leaves ShipOrder \(shipping\) done/)]),
    );
  });
  test('a branch beside the others that refuses', () => {
    const found = findings(system({}, creditCheck));
    expect(found).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^undo-missing: .*CreditRefused.* leaves ReserveStock \(inventory\) done after CreditRefused/),
      ]),
    );
    expect(found).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^undo-missing: .* leaves CheckCredit \(checks\) done after StockRejected; the contract has no undo for it$/),
      ]),
    );
  });
  test('what there is nothing to undo of is said so', () => {
    const options = { nothingToUndo: [CheckCredit] };
    expect(findings(system({}, creditCheck), options)).not.toEqual(expect.arrayContaining([expect.stringContaining('leaves CheckCredit')]));
  });
});

describe('undo-unhandled: the owner of an action handles its undo and its cancel question', () => {
  test('nobody handles the undo', () => {
    const found = findings(system({ payment: { handles: [b.ProcessPayment] } }));
    expect(found).toContain(
      'undo-unhandled: RefundPayment undoes ProcessPayment of payment, but nobody handles it; only payment knows whether it was done, so let it handle both',
    );
  });
  test('somebody else handles it', () => {
    const found = findings(
      system({ payment: { handles: [b.ProcessPayment] } }, service({ name: 'accounting', handles: [b.RefundPayment] })),
    );
    expect(found).toContainEqual(
      expect.stringMatching(/^undo-unhandled: RefundPayment undoes ProcessPayment of payment, but is handled by accounting/),
    );
  });
  test('nobody handles the cancel question', () => {
    const found = findings(system({ shipping: { handles: [b.ShipOrder] } }));
    expect(found).toContainEqual(
      expect.stringMatching(/^undo-unhandled: CancelShipment cancels ShipOrder of shipping, but nobody handles it/),
    );
  });
});

describe('who owns what', () => {
  test('command-unowned: nobody handles the command of a reaction', () => {
    const found = findings(system({ inventory: { handles: [b.ReserveStock, b.ReleaseStock] } }));
    expect(found).toContain(
      'command-unowned: inventory reacts to OrderShipped with IssueStock, which it does not handle; nobody handles it',
    );
  });
  test("command-unowned: a service reacts with another's command", () => {
    const found = findings(system({ order: { reactions: [b.orderReactions.on(b.StockReserved, b.ProcessPayment, { with: pay })] } }));
    expect(found).toContain(
      'command-unowned: order reacts to StockReserved with ProcessPayment, which it does not handle; payment handles it: let it react by itself',
    );
  });
  test('two-owners', () => {
    const found = findings(system({}, service({ name: 'warehouse', handles: [b.IssueStock] })));
    expect(found).toEqual(['two-owners: IssueStock is handled by inventory and warehouse: a command has one owner']);
  });
});

describe('who hears what', () => {
  test('event-unheard: a refusal that nobody hears', () => {
    const table = b.nothing
      .on([b.PaymentFailed, b.ShipmentFailed, b.ShipmentCancelled], b.RejectOrder)
      .afterPivot(b.OrderShipped, b.ConfirmOrder);
    const found = findings(system({ order: { reactions: [table] } }));
    expect(found).toEqual([
      'event-unheard: inventory publishes StockRejected to answer ReserveStock, and nobody hears it; react to it, or list it in `hears` where it is to be seen',
      'no-end: place-order: OrderPlaced → StockRejected is where it ends, and order, which started it, does nothing to end it; let it react to StockRejected',
    ]);
  });
  test('event-unheard: an event that is only to be seen is listed in hears', () => {
    const hears = b.declared.order.hears.filter((event) => event !== b.StockIssued);
    expect(findings(system({ order: { hears } }))).toEqual([
      expect.stringMatching(/^event-unheard: inventory publishes StockIssued to answer IssueStock/),
    ]);
    expect(findings(system({ order: { hears } }, service({ name: 'reports', hears: [b.StockIssued] })))).toEqual([]);
  });
  test('event-unheard: a request from outside that nobody hears', () => {
    const table = b.nothing.on(b.PaymentProcessed, b.ShipOrder);
    expect(findings(system({ shipping: { reactions: [table] } }))).toContainEqual(
      expect.stringMatching(/^event-unheard: order publishes OrderCancelRequested from outside/),
    );
  });
  test('event-unpublished: somebody waits for what never comes', () => {
    const found = findings(system({ order: { starts: [b.OrderPlaced] } }));
    expect(found).toEqual([
      'event-unpublished: shipping waits for OrderCancelRequested, which nobody publishes',
      expect.stringMatching(
        /^no-deadline: .* publish a request by a deadline of its own \(`deadlines`\), and shipping answer it with CancelShipment$/,
      ),
    ]);
  });
});

describe('how it goes on and ends', () => {
  test('no-end: nobody tells the order that it was shipped', () => {
    const table = b.nothing.on([b.StockRejected, b.PaymentFailed, b.ShipmentFailed, b.ShipmentCancelled], b.RejectOrder);
    expect(findings(system({ order: { reactions: [table] } }))).toContainEqual(
      expect.stringMatching(
        /^no-end: place-order: OrderPlaced → StockReserved → PaymentProcessed → OrderShipped → StockIssued is where it ends, and order, which started it/,
      ),
    );
  });
  test('two-starts: services do not agree on what begins the process', () => {
    const table = reactions('place-order', b.StockReserved).on(b.StockReserved, b.ProcessPayment, {
      with: ({ orderId }) => ({ orderId, amount: 1 }),
    });
    expect(findings(system({ payment: { reactions: [table.on([b.ShipmentFailed, b.ShipmentCancelled], b.RefundPayment)] } }))).toContain(
      'two-starts: place-order is begun by OrderPlaced to order and inventory and shipping, by StockReserved to payment; a process has one start',
    );
  });
  test('runs-twice: one command for two purposes', () => {
    const found = findings(system({ inventory: { reactions: [b.inventoryReactions.on(b.PaymentProcessed, b.IssueStock)] } }));
    expect(found).toContainEqual(
      expect.stringMatching(
        /^runs-twice: place-order: .*asks inventory for IssueStock twice, on (PaymentProcessed and on OrderShipped|OrderShipped and on PaymentProcessed)/,
      ),
    );
  });
  test('runs-twice: asking twice to undo or to reject is harmless', () => {
    // The business does so: a shipment that failed may be cancelled besides.
    expect(findings(system({}))).toEqual([]);
  });
  test('cycle', () => {
    const found = findings(system({ inventory: { reactions: [b.inventoryReactions.on(b.PaymentProcessed, b.ReserveStock)] } }));
    expect(found).toContain('cycle: place-order: StockReserved → PaymentProcessed → StockReserved goes round in a circle');
  });
  test('fact-twice: two events add the same fact', () => {
    class Audited extends checks.event('Audited') {
      @IsUUID() orderId!: string;
      @IsString() paymentId!: string;
    }
    class Audit extends checks.command('Audit', { ok: Audited }) {
      @IsUUID() orderId!: string;
    }
    const audit = service({ name: 'audit', handles: [Audit], reactions: [b.nothing.always(b.OrderShipped, Audit)], hears: [Audited] });
    expect(findings(system({}, audit))).toEqual([
      'fact-twice: place-order: PaymentProcessed and Audited both add the fact paymentId, and the later would replace the earlier; give one another name',
    ]);
  });
});
