import { context, Reason } from '@duet/message';
import { Type } from 'class-transformer';
import { IsUUID, ValidateNested } from 'class-validator';
import * as b from './business.fixture';
import { type Declaration, service } from './declaration';
import { orchestrator } from './orchestrator';
import type { Definition } from './saga';
import { saga } from './saga';
import { verify, type VerifyOptions } from './verify';

type Changes = Partial<Record<keyof typeof b.declared, Partial<Declaration>>>;
/** The business with its orchestrator, but for what is changed in one or the other. */
const led = (definition: Definition, changes: Changes = {}, ...more: Declaration[]): Declaration[] => [
  ...Object.values(b.declared).map((declaration) => ({ ...declaration, ...changes[declaration.name as keyof Changes] })),
  orchestrator({ name: 'orchestrator', sagas: [definition] }),
  ...more,
];
const findings = (declarations: readonly Declaration[], options?: VerifyOptions): string[] =>
  verify(declarations, options).map(({ rule, text }) => `${rule}: ${text}`);
const { nothing, placeOrder } = b;
const begun = saga('place-order', { version: 1 }).startedBy(b.OrderPlaced, { reject: b.RejectOrder, cancelledBy: b.OrderCancelRequested });
const refusals = [b.StockRejected, b.PaymentFailed, b.ShipmentFailed, b.ShipmentCancelled];

describe('the business with its orchestrator', () => {
  test('is without a fault', () => {
    expect(findings(led(placeOrder))).toEqual([]);
  });
  test('so is a saga that no service ever dances', () => {
    const services = Object.values(b.declared).map((declaration) => ({ ...declaration, reactions: [] }));
    expect(findings([...services, orchestrator({ name: 'orchestrator', sagas: [placeOrder] })])).toEqual([]);
  });
  test('nor is it a dance when a service does something by itself in every style', () => {
    const services = Object.values(b.declared).map((declaration) => ({ ...declaration, reactions: [] as Declaration['reactions'] }));
    const changed = services.map((declaration) =>
      declaration.name === 'inventory' ? { ...declaration, reactions: [nothing.always(b.OrderShipped, b.IssueStock)] } : declaration,
    );
    expect(findings([...changed, orchestrator({ name: 'orchestrator', sagas: [placeOrder] })])).toEqual([]);
  });
});

describe('ends-differ: whatever turns a saga back, and if nothing does, every style leaves the same done', () => {
  test('the orchestrator forgets a step', () => {
    const definition = begun
      .step(b.ReserveStock, { undo: b.ReleaseStock })
      .pivot(b.ShipOrder, { cancel: b.CancelShipment })
      .step(b.ConfirmOrder);
    expect(findings(led(definition))).toEqual([
      'ends-differ: place-order: after PaymentFailed choreographed it is turned back, and orchestrated nothing answers so; the styles must end alike (OrderPlaced → StockReserved → PaymentFailed → OrderRejected → StockReleased)',
      'ends-differ: place-order: without a refusal ProcessPayment is done choreographed and not orchestrated; the styles must end alike (OrderPlaced → StockReserved → PaymentProcessed → OrderShipped → OrderConfirmed → StockIssued)',
    ]);
  });
  test('the dance forgets an undo at one point', () => {
    const table = nothing.on(b.StockReserved, b.ProcessPayment, { with: b.pay }).on(b.ShipmentCancelled, b.RefundPayment);
    expect(findings(led(placeOrder, { payment: { reactions: [table] } }))).toContainEqual(
      expect.stringMatching(
        /^ends-differ: place-order: after ShipmentFailed ProcessPayment is done choreographed and not orchestrated; the styles must end alike \(/,
      ),
    );
  });
  test('the dance forgets an undo after a cancel', () => {
    const table = nothing.on(b.StockReserved, b.ProcessPayment, { with: b.pay }).on(b.ShipmentFailed, b.RefundPayment);
    expect(findings(led(placeOrder, { payment: { reactions: [table] } }))).toContainEqual(
      expect.stringMatching(
        /^ends-differ: place-order: after ShipmentCancelled ProcessPayment is done choreographed and not orchestrated;/,
      ),
    );
  });
  test('the saga leaves done what the dance undoes', () => {
    const definition = begun
      .step(b.ReserveStock, { undo: b.ReleaseStock })
      .step(b.ProcessPayment, { with: b.pay, undo: 'nothing' })
      .pivot(b.ShipOrder, { cancel: b.CancelShipment })
      .step(b.ConfirmOrder);
    expect(findings(led(definition), { nothingToUndo: [b.ProcessPayment] })).toContainEqual(
      expect.stringMatching(/^ends-differ: place-order: after ShipmentFailed ProcessPayment is done orchestrated and not choreographed;/),
    );
  });
  test('a service does something in two styles only', () => {
    const table = nothing
      .on(b.OrderPlaced, b.ReserveStock)
      .on([b.PaymentFailed, b.ShipmentFailed, b.ShipmentCancelled], b.ReleaseStock)
      .afterPivot(b.OrderShipped, b.IssueStock);
    expect(findings(led(placeOrder, { inventory: { reactions: [table] } }))).toEqual([
      expect.stringMatching(/^ends-differ: place-order: without a refusal IssueStock is done choreographed and not orchestrated;/),
      expect.stringMatching(
        /^ends-differ: place-order: without a refusal IssueStock is done hybrid and not orchestrated; the styles must end alike$/,
      ),
    ]);
  });
});

describe('hybrid: what comes after the pivot goes on by itself', () => {
  test('hybrid-waits: the order confirms only when choreographed', () => {
    const table = nothing.on(refusals, b.RejectOrder).on(b.OrderShipped, b.ConfirmOrder);
    expect(findings(led(placeOrder, { order: { reactions: [table] } }))).toEqual([
      'hybrid-waits: place-order: in hybrid style nobody does ConfirmOrder, and it would never end; let order react with it to OrderShipped by `afterPivot`',
    ]);
  });
  test('hybrid-waits: the order confirms on an event that hybrid never gets to', () => {
    const table = nothing.on(refusals, b.RejectOrder).on(b.OrderShipped, b.ConfirmOrder).afterPivot(b.OrderRejected, b.ConfirmOrder);
    expect(findings(led(placeOrder, { order: { reactions: [table] } }))).toContainEqual(expect.stringMatching(/^hybrid-waits: /));
  });
  test('asked-twice: a service does by itself, before the pivot, what the orchestrator asks for', () => {
    const table = nothing.afterPivot(b.PaymentProcessed, b.ShipOrder).on(b.OrderCancelRequested, b.CancelShipment);
    expect(findings(led(placeOrder, { shipping: { reactions: [table] } }))).toEqual([
      'asked-twice: place-order: shipping does ShipOrder by itself on PaymentProcessed (afterPivot), and orchestrator asks for it too; let it react with `on`',
    ]);
  });
  test('asked-twice: in every style', () => {
    const table = nothing.on(refusals, b.RejectOrder).always(b.OrderShipped, b.ConfirmOrder);
    expect(findings(led(placeOrder, { order: { reactions: [table] } }))).toEqual([
      'asked-twice: place-order: order does ConfirmOrder by itself on OrderShipped (always), and orchestrator asks for it too; let it react with `on`',
    ]);
  });
});

describe('cancel-elsewhere: a request to cancel is a question to the owner of the pivot', () => {
  test('inventory releases on hearing the request', () => {
    const table = b.inventoryReactions.on(b.OrderCancelRequested, b.ReleaseStock);
    expect(findings(led(placeOrder, { inventory: { reactions: [table] } }))).toContain(
      'cancel-elsewhere: place-order: inventory answers OrderCancelRequested with ReleaseStock, and only shipping knows whether it is too late; let shipping answer it with CancelShipment, and inventory react to ShipmentCancelled',
    );
  });
  test('the order rejects by itself, and shipping is not asked at all', () => {
    const changes: Changes = {
      order: { reactions: [b.orderReactions.on(b.OrderCancelRequested, b.RejectOrder)] },
      shipping: { reactions: [nothing.on(b.PaymentProcessed, b.ShipOrder)] },
    };
    expect(findings(led(placeOrder, changes))).toContainEqual(
      expect.stringMatching(/^cancel-elsewhere: place-order: order answers OrderCancelRequested with RejectOrder, and only shipping knows/),
    );
  });
});

describe('no-undo', () => {
  const definition = begun
    .step(b.ReserveStock, { undo: 'nothing' })
    .step(b.ProcessPayment, { with: b.pay, undo: b.RefundPayment })
    .pivot(b.ShipOrder, { cancel: b.CancelShipment })
    .step(b.ConfirmOrder);
  const sentence =
    'no-undo: place-order: ReserveStock stands before the pivot with nothing to undo it; the contract has ReleaseStock for it';
  test('a step before the pivot has nothing to undo, although the contract has an undo', () => {
    expect(findings(led(definition))).toContain(sentence);
  });
  test('unless it is said that it may stay done', () => {
    expect(findings(led(definition), { nothingToUndo: [b.ReserveStock] })).not.toContain(sentence);
  });
});

describe('no-deadline', () => {
  test('a step may take for ever', () => {
    const [first, ...rest] = placeOrder.steps;
    for (const withinMs of [0, NaN, Infinity, undefined as unknown as number]) {
      expect(findings(led({ ...placeOrder, steps: [{ ...first!, withinMs }, ...rest] }))).toEqual([
        'no-deadline: place-order: ReserveStock may take for ever; say `within`',
      ]);
    }
  });
  test('choreographed, nobody asks what became of it', () => {
    expect(findings(led(placeOrder, { order: { deadlines: [] } }))).toEqual([
      'no-deadline: place-order: choreographed, nobody asks what became of it when it takes too long; let order, which starts it, publish OrderCancelRequested by a deadline of its own (`deadlines`)',
    ]);
  });
});

describe('who begins and ends it, and who leads', () => {
  test('command-unowned: the orchestrator asks for what nobody handles', () => {
    const handles = [b.ReserveStock, b.IssueStock];
    expect(findings(led(placeOrder, { inventory: { handles } }))).toContain(
      'command-unowned: place-order: orchestrator asks for ReleaseStock, and nobody handles it',
    );
  });
  test('two-owners: a process has one orchestrator', () => {
    expect(findings(led(placeOrder, {}, orchestrator({ name: 'conductor', sagas: [placeOrder] })))).toEqual([
      'two-owners: place-order is led by orchestrator and conductor: a process has one orchestrator',
    ]);
  });
  test('one may lead two versions', () => {
    const services = Object.values(b.declared);
    const sagas = [placeOrder, { ...placeOrder, version: 2 }];
    expect(findings([...services, orchestrator({ name: 'orchestrator', sagas })])).toEqual([]);
  });
  test('two-starts: the orchestrator takes another event for the start', () => {
    expect(findings(led({ ...placeOrder, start: b.StockReserved }))).toContain(
      'two-starts: place-order is begun by OrderPlaced to order and inventory and payment and shipping, by StockReserved to orchestrator; a process has one start',
    );
  });
  test('reject-elsewhere: who starts it ends it', () => {
    class Refused extends context('claims').event('Refused') {
      @IsUUID() orderId!: string;
    }
    class RefuseOrder extends context('claims').command('RefuseOrder', { ok: Refused }) {
      @IsUUID() orderId!: string;
      @ValidateNested() @Type(() => Reason) reason!: Reason;
    }
    const claims = service({ name: 'claims', handles: [RefuseOrder], hears: [Refused] });
    expect(findings(led({ ...placeOrder, reject: RefuseOrder }, {}, claims))).toContain(
      'reject-elsewhere: place-order: order publishes OrderPlaced, and claims handles RefuseOrder, which ends it; let order handle it',
    );
  });
  test('event-unpublished: it is cancelled by what no service publishes by itself', () => {
    expect(findings(led({ ...placeOrder, cancelledBy: b.OrderRejected }))).toEqual([
      'event-unpublished: place-order is cancelled by OrderRejected, which no service publishes by itself; list it in `starts`',
    ]);
  });
  test('event-unheard: an orchestrator that does not hear an answer', () => {
    const { hears, ...conductor } = orchestrator({ name: 'orchestrator', sagas: [placeOrder] });
    const services = Object.values(b.declared);
    expect(findings([...services, { ...conductor, hears: hears.filter((event) => event !== b.ShipmentFailed) }])).toEqual([
      'event-unheard: orchestrator leads place-order and does not hear ShipmentFailed; declare it with orchestrator()',
    ]);
  });
  test('event-unheard: that an orchestrator hears a refusal does not help the dance', () => {
    const table = nothing.on(refusals.slice(1), b.RejectOrder).afterPivot(b.OrderShipped, b.ConfirmOrder);
    expect(findings(led(placeOrder, { order: { reactions: [table] } }))).toContainEqual(
      expect.stringMatching(/^event-unheard: inventory publishes StockRejected to answer ReserveStock, and nobody hears it/),
    );
  });
});
